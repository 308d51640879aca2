// Completions from the outside: a webhook that a command sends, what other commands tell of it afterwards, and what a
// receiver is sent. The server holds the embedded database, which commands reach through it, or shares Postgres with them.

import { rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createDatabase } from "../helpers/database.ts";
import { runOn } from "../helpers/postgres.ts";
import {
  type Environment,
  type Finished,
  makeTemporaryFolder,
  run,
  serverEnvironment,
  type SpawnedServer,
  spawnServer,
} from "../helpers/spawn-server.ts";
import { requirePart } from "../parts/require-part.ts";

const HANDLERS_DIR = fileURLToPath(new URL("completion-flows", import.meta.url));
const FORWARD_SECRET = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;

const COMPLETIONS = z.array(
  z.strictObject({
    id: z.uuid(),
    messageId: z.string(),
    flow: z.string().nullable(),
    flowToken: z.string().nullable(),
    user: z.string().nullable(),
    matchedBy: z
      .enum(["token", "tokens-function", "seen-token", "sent-message", "schema"])
      .nullable(),
    state: z.enum(["received", "done", "failed", "dead", "unmatched"]),
    attempts: z.number(),
    receivedAt: z.iso.datetime(),
    response: z.record(z.string(), z.unknown()),
  }),
);
type Completions = z.output<typeof COMPLETIONS>;

const JOBS = z.array(
  z.strictObject({
    queue: z.enum(["completion", "forward", "housekeeping"]),
    id: z.uuid(),
    state: z.enum(["waiting", "running", "failed", "dead"]),
    attempts: z.number(),
    createdAt: z.iso.datetime(),
    dueAt: z.iso.datetime().nullable(),
  }),
);

const TRIGGERED = z.strictObject({
  messageIds: z.array(z.string()),
  statuses: z.array(z.number()),
});

/** Takes what is forwarded, if its signature is right. */
class Receiver {
  /** `data` of each delivery. */
  readonly deliveries: Readonly<Record<string, unknown>>[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        try {
          // Node joins the values of these headers into one text each.
          const headers = request.headers as Record<string, string>;
          const event = new Webhook(FORWARD_SECRET).verify(body, headers) as {
            data: Record<string, unknown>;
          };
          this.deliveries.push(event.data);
          response.statusCode = 204;
        } catch {
          // Not what it should be: the server would try again and again, and the test would see it.
          response.statusCode = 401;
        }
        response.end();
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    // Listening on TCP, as just asked.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

type Parts = {
  readonly folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  readonly receiver: Receiver;
  readonly server: SpawnedServer;
  readonly env: Environment;
};

describe("completions, with the embedded database", () => {
  defineTests(async () => ({}));
});

requirePart("postgres")("completions, on Postgres", () => {
  defineTests(async () => ({ DATABASE_URL: await createDatabase() }));
});

function defineTests(databaseEnv: () => Promise<Environment>): void {
  const opened: { parts?: Parts } = {};
  beforeAll(async () => {
    const folder = await makeTemporaryFolder();
    const receiver = new Receiver();
    const env = {
      ...(await databaseEnv()),
      HANDLERS_DIR,
      FORWARD_URL: await receiver.start(),
      FORWARD_SECRET,
      FEEDBACK_FAILS_WHILE: path.join(folder.path, "fails"),
    };
    const server = await spawnServer(folder.path, env);
    opened.parts = { folder, receiver, server, env };
  });
  afterAll(async () => {
    await opened.parts?.server.stop();
    opened.parts?.receiver.stop();
    await opened.parts?.folder.remove();
  });

  function parts(): Parts {
    if (opened.parts === undefined) throw new Error("the server did not start");
    return opened.parts;
  }

  function flowpoint(...args: readonly string[]): Promise<Finished> {
    const { folder, server, env } = parts();
    return run(args, {
      ...serverEnvironment(folder.path, env),
      PORT: new URL(server.url).port,
    });
  }

  async function trigger(...args: readonly string[]): Promise<readonly string[]> {
    const { status, stdout, stderr } = await flowpoint(
      "trigger",
      "completion",
      "feedback",
      "--json",
      ...args,
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return TRIGGERED.parse(JSON.parse(stdout)).messageIds;
  }

  async function list(...args: readonly string[]): Promise<Completions> {
    const { status, stdout, stderr } = await flowpoint("completions", "list", "--json", ...args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return COMPLETIONS.parse(JSON.parse(stdout));
  }

  /** Asks until these are in the state. */
  async function untilState(
    state: Completions[number]["state"],
    messageIds: readonly string[],
  ): Promise<Completions> {
    for (;;) {
      const found = (await list("--state", state)).filter(({ messageId }) =>
        messageIds.includes(messageId),
      );
      if (found.length === messageIds.length) return found;
    }
  }

  /** What was forwarded of some completions, once there is as much of it. */
  async function untilForwarded(
    messageIds: readonly string[],
  ): Promise<readonly Readonly<Record<string, unknown>>[]> {
    for (;;) {
      const found = parts().receiver.deliveries.filter(({ messageId }) =>
        messageIds.includes(String(messageId)),
      );
      if (found.length >= messageIds.length) return found;
      await new Promise(setImmediate);
    }
  }

  it("go from the phone to the list and, signed, to a receiver", async () => {
    const { stdout: minted } = await flowpoint("token", "mint", "--flow", "feedback");
    const token = minted.trim();
    const answers = path.join(parts().folder.path, "answers.json");
    await writeFile(answers, JSON.stringify({ FORM: { line: "Thank you!" } }));
    const simulated = await flowpoint(
      "simulate",
      "feedback",
      "--token",
      token,
      "--answers",
      answers,
      "--json",
    );
    const { outcome, params } = z
      .looseObject({ outcome: z.string(), params: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(simulated.stdout));

    const messageIds = await trigger("--token", token, "--response", JSON.stringify(params));
    const [done] = await untilState("done", messageIds);
    const [forwarded] = await untilForwarded(messageIds);

    expect(outcome).toBe("completed");
    expect(done).toMatchObject({
      flow: "feedback",
      flowToken: token,
      user: "15550000001",
      matchedBy: "token",
      attempts: 1,
      response: { line: "Thank you!", flow_token: token },
    });
    expect(forwarded).toEqual({
      id: done?.id,
      messageId: done?.messageId,
      flow: "feedback",
      user: "15550000001",
      response: done?.response,
    });
  });

  it("are stored and forwarded once each, however often and in whatever order they come", async () => {
    const messageIds = await trigger(
      "--batch",
      "3",
      "--duplicates",
      "2",
      "--out-of-order",
      "--response",
      '{"line":"again"}',
      "--user",
      "US.13491208655302741918",
    );

    const done = await untilState("done", messageIds);
    const forwarded = await untilForwarded(messageIds);

    expect(new Set(messageIds).size).toBe(3);
    expect(done.map(({ user }) => user)).toEqual(Array(3).fill("US.13491208655302741918"));
    expect(forwarded.map(({ id }) => String(id)).toSorted()).toEqual(
      done.map(({ id }) => id).toSorted(),
    );
  });

  it("of no flow are kept and forwarded", async () => {
    const messageIds = await trigger("--token", "of another system", "--response", '{"a":1}');

    const [unmatched] = await untilState("unmatched", messageIds);
    const [forwarded] = await untilForwarded(messageIds);

    expect(unmatched).toMatchObject({ flow: null, matchedBy: null });
    expect(forwarded).toMatchObject({ flow: null, response: { a: 1 } });
  });

  it("that fail are tried again, or given up and replayed, as their operator likes", async () => {
    const whileThere = path.join(parts().folder.path, "fails");
    await writeFile(whileThere, "");
    const messageIds = await trigger("--batch", "2", "--response", '{"line":"fails"}');
    const failed = await untilState("failed", messageIds);
    const [retried = "", discarded = ""] = failed.map(({ id }) => id);

    const jobs = await flowpoint("jobs", "list", "--state", "failed", "--json");
    const discard = await flowpoint("jobs", "discard", discarded, "--json");
    await rm(whileThere);
    const retry = await flowpoint("jobs", "retry", "--state", "failed", "--json");
    const [done] = await untilState(
      "done",
      failed.filter(({ id }) => id === retried).map(({ messageId }) => messageId),
    );
    const [dead] = await untilState(
      "dead",
      failed.filter(({ id }) => id === discarded).map(({ messageId }) => messageId),
    );
    const replay = await flowpoint("completions", "replay", discarded, "--json");
    await untilState("done", [dead?.messageId ?? ""]);

    expect(
      JOBS.parse(JSON.parse(jobs.stdout))
        .filter(({ queue }) => queue === "completion")
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual([retried, discarded].toSorted());
    expect(JSON.parse(discard.stdout)).toEqual({ discarded: 1 });
    // None, if it was due anyway.
    expect(JSON.parse(retry.stdout)).toEqual({ retried: expect.any(Number) as unknown });
    expect(done?.attempts).toBeGreaterThan(1);
    expect(JSON.parse(replay.stdout)).toEqual({ replayed: [discarded] });
  });

  it("are listed by what is asked for, and shown one by one", async () => {
    const [messageId = ""] = await trigger("--response", '{"line":"show me"}');
    const [done] = await untilState("done", [messageId]);
    await untilForwarded([messageId]);

    const byOwnId = await flowpoint("completions", "show", done?.id ?? "", "--json");
    const byMetas = await flowpoint("completions", "show", messageId);
    const nobodys = await flowpoint("completions", "show", "wamid.nobody");
    const newest = await list("--limit", "1", "--flow", "feedback");
    const future = await list("--since", "2100-01-01");
    const table = await flowpoint("completions", "list", "--limit", "1");

    expect(JSON.parse(byOwnId.stdout)).toMatchObject({ ...done, files: [] });
    expect(byMetas.stdout).toContain('"line": "show me"');
    expect([nobodys.status, nobodys.stdout]).toEqual([1, ""]);
    expect(newest.map(({ id }) => id)).toEqual([done?.id]);
    expect(future).toEqual([]);
    expect(table.stdout).toMatch(/^ID +FLOW +STATE/);
    // People look at it over other people's shoulders.
    expect(table.stdout).not.toContain("show me");
  });

  it("are exported as lines of JSON and as a table that no spreadsheet runs", async () => {
    const response = '{"line":"a \\"quoted\\", line"}';
    const [messageId = ""] = await trigger("--token", "=HYPERLINK(1)", "--response", response);

    const ndjson = await flowpoint("completions", "export");
    const csv = await flowpoint("completions", "export", "--format", "csv", "--limit", "1");
    const all = await list("--limit", "10000");

    const lines = ndjson.stdout.trim().split("\n");
    expect(COMPLETIONS.parse(lines.map((line): unknown => JSON.parse(line)))).toHaveLength(
      all.length,
    );
    const [heading, row, ...rest] = csv.stdout.trim().split("\n");
    expect(heading).toBe(
      "id,messageId,flow,flowToken,user,matchedBy,state,attempts,receivedAt,response",
    );
    expect(row).toContain(`,${messageId},`);
    expect(row).toContain(",'=HYPERLINK(1),");
    expect(row).toContain('"{""line"":""a \\""quoted\\"", line"",');
    expect(rest).toEqual([]);
  });

  it("are erased with all that is kept of their user", async () => {
    const user = "15557770001";
    const messageIds = await trigger("--user", user, "--response", `{"line":"call ${user}"}`);
    await untilState("done", messageIds);

    const erased = await flowpoint("completions", "erase", `+${user}`, "--json");
    const left = await flowpoint("completions", "export");

    expect(JSON.parse(erased.stdout)).toEqual({
      completions: 1,
      quarantined: 0,
      flows: ["feedback"],
    });
    expect(left.stdout).not.toContain(user);
  });

  it("are counted", async () => {
    const scraped = await fetch(`${parts().server.adminUrl}/metrics`);

    const lines = (await scraped.text()).split("\n");
    const value = (name: string): number =>
      Number(lines.find((line) => line.startsWith(`${name} `))?.slice(name.length));
    const all = await list("--limit", "10000");
    expect(value('flowpoint_completions{state="done"}')).toBe(
      all.filter(({ state }) => state === "done").length,
    );
    expect(value('flowpoint_completions{state="dead"}')).toBe(0);
    expect(value("flowpoint_completion_lag_seconds")).toBe(0);
  });
}

describe("wrong usage", () => {
  it.each([
    { usage: "completions replay" },
    { usage: "completions list --state lost" },
    { usage: "completions list --since yesterday-ish" },
    { usage: "completions list --limit 0" },
    { usage: "completions erase 1" },
    { usage: "jobs retry" },
    { usage: "jobs discard" },
    { usage: "trigger completion feedback --response []" },
    { usage: "trigger alert NO_SUCH_EVENT" },
  ])("is answered with 2: $usage", async ({ usage }) => {
    const { status, stdout, stderr } = await run(usage.split(" "), {});

    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^error: /);
  });
});

describe("trigger", () => {
  it("says so when no server answers", async () => {
    const folder = await makeTemporaryFolder();
    const env = serverEnvironment(folder.path, { HANDLERS_DIR });

    const { status, stdout, stderr } = await run(
      ["trigger", "alert", "ENDPOINT_LATENCY", "--url", "http://127.0.0.1:1"],
      env,
    );

    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("flowpoint serve");
    await folder.remove();
  });
});

requirePart("postgres")("in production", () => {
  it("completions are taken as soon as somebody has made the tables, and no sooner", async () => {
    const folder = await makeTemporaryFolder();
    const url = await createDatabase();
    const env = { NODE_ENV: "production", DATABASE_URL: url, HANDLERS_DIR, SHUTDOWN_DELAY_MS: "0" };
    const server = await spawnServer(folder.path, env);
    const command = (...args: readonly string[]): Promise<Finished> =>
      run(args, { ...serverEnvironment(folder.path, env), PORT: new URL(server.url).port });

    await server.waitForOutput(/run flowpoint migrate/);
    const early = await command("trigger", "completion", "feedback", "--json");
    const made = await runOn(url, async (client) => {
      const found = await client.query<{ name: string }>(
        "select nspname as name from pg_namespace where nspname like 'flowpoint%'",
      );
      return found.rows;
    });
    const migrated = await command("migrate", "--json");
    while ((await fetch(`${server.url}/readyz`)).status !== 200);
    const late = await command("trigger", "completion", "feedback", "--json");
    const again = await command("migrate", "--status", "--json");
    const alert = await command("trigger", "alert", "FLOW_STATUS_CHANGE", "--duplicates", "1");

    expect([early.status, early.stderr]).toEqual([1, "the server answered 503\n"]);
    expect(made).toEqual([]);
    expect(JSON.parse(migrated.stdout)).toMatchObject({
      applied: expect.arrayContaining(["flowpoint_jobs/43"]) as unknown,
    });
    expect(late.status).toBe(0);
    expect(again.stdout).not.toContain('"pending": [\n');
    expect(alert).toMatchObject({ status: 0, stdout: "FLOW_STATUS_CHANGE: 200 200\n" });
    expect(await server.stop()).toEqual({ status: 0, signal: null });
    await folder.remove();
  });
});
