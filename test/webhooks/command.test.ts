// The webhook of the real command, in a process of its own: wired to everything, and alive whatever its database does.

import { afterAll, beforeAll, expect, it } from "vitest";
import { assertNothingLeaked } from "../corpus/privacy.ts";
import { type Postgres, startPostgres } from "../helpers/postgres.ts";
import {
  makeTemporaryFolder,
  SPAWNED_SECRETS,
  type SpawnedServer,
  spawnServer,
} from "../helpers/spawn-server.ts";
import { requirePart } from "../parts/require-part.ts";
import {
  completionPost,
  flowsChange,
  notificationOf,
  signatureOf,
  signed,
} from "./notification.ts";

const [APP_SECRET = ""] = SPAWNED_SECRETS.WHATSAPP_APP_SECRET.split(",");

requirePart("postgres")("the command's webhook", () => {
  let postgres: Postgres;
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let server: SpawnedServer;

  beforeAll(async () => {
    postgres = await startPostgres();
    folder = await makeTemporaryFolder();
    server = await spawnServer(folder.path, {
      DATABASE_URL: await postgres.createDatabase(),
      LOG_LEVEL: "trace",
    });
  });

  afterAll(async () => {
    await server.stop();
    await postgres.stop();
    await folder.remove();
  });

  const post = async ({ body }: ReturnType<typeof signed>): Promise<number> => {
    const headers = { "x-hub-signature-256": signatureOf(body, APP_SECRET) };
    const response = await fetch(`${server.url}/webhooks/whatsapp`, {
      method: "POST",
      headers,
      body: Uint8Array.from(body),
    });
    expect(await response.text()).toBe("");
    return response.status;
  };
  const readMetrics = async (): Promise<string> =>
    (await fetch(`${server.adminUrl}/metrics`)).text();

  it("answers Meta's subscription check", async () => {
    const query = new URLSearchParams({
      "hub.mode": "subscribe",
      "hub.verify_token": SPAWNED_SECRETS.WHATSAPP_VERIFY_TOKEN,
      "hub.challenge": "1158201444",
    });

    const response = await fetch(`${server.url}/webhooks/whatsapp?${query.toString()}`);

    expect(response.status).toBe(200);
    expect(await response.text()).toBe("1158201444");
  });

  it("stores a completion once, and counts both deliveries", async () => {
    const statuses = [await post(completionPost("once")), await post(completionPost("once"))];

    expect(statuses).toEqual([200, 200]);
    const metrics = await readMetrics();
    expect(metrics).toContain(
      'flowpoint_webhook_messages_total{kind="response_message",result="stored"} 1\n',
    );
    expect(metrics).toContain(
      'flowpoint_webhook_messages_total{kind="response_message",result="repeated"} 1\n',
    );
  });

  it("turns an alert of Meta's into one of its own", async () => {
    const alert = { event: "FLOW_STATUS_CHANGE", flow_id: "4920132481", new_status: "BLOCKED" };

    expect(await post(signed(notificationOf(flowsChange(alert))))).toBe(200);

    const [line = ""] = await server.waitForOutput(/^.*"metaAlert".*$/m);
    expect(JSON.parse(line)).toMatchObject({ level: "error", flowId: "4920132481" });
    await expect
      .poll(readMetrics)
      .toContain('flowpoint_meta_alerts{flow="unknown",event="FLOW_STATUS_CHANGE"} 1\n');
  });

  it("answers 503 while its database is away and 200 afterwards, in the same process", async () => {
    await postgres.crash();
    const refused = await post(completionPost("away"));
    const ping = await fetch(`${server.url}/livez`);
    await postgres.restart();
    let status = refused;
    while (status === 503) status = await post(completionPost("away"));

    expect([refused, ping.status, status]).toEqual([503, 200, 200]);
    expect(() => process.kill(server.pid, 0)).not.toThrow();
  });

  it("told nothing of all this in its log and metrics", async () => {
    const { stdout, stderr } = server.output();

    assertNothingLeaked(
      // What the server says before it listens is for people.
      {
        "the log": stdout.slice(stdout.indexOf("\n\n") + 2) + stderr,
        metrics: await readMetrics(),
      },
      {
        "flow tokens": ["token-of-a-test"],
        people: ["16505551234", "US.13491208655302"],
        "the verify token": [SPAWNED_SECRETS.WHATSAPP_VERIFY_TOKEN],
        "app secrets": [APP_SECRET],
      },
    );
  });
});
