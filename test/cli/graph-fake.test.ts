// The stand-in for the Graph API as a command of its own.

import { generateKeyPairSync } from "node:crypto";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  type Environment,
  type Finished,
  makeTemporaryFolder,
  type Running,
  serverEnvironment,
  spawnServer,
  start,
  WITHOUT_DATABASE,
} from "../helpers/spawn-server.ts";
import { openMetaSide } from "./flows-at-meta.ts";

type Fake = Running & {
  /** The settings that it prints. */
  readonly settings: Environment;
  readonly stop: () => Promise<unknown>;
};

async function startFake(args: readonly string[], env: Environment): Promise<Fake> {
  const fake = start(["graph", "fake", ...args], env);
  const [printed] = await fake.waitForOutput(/GRAPH_API_URL=[^]*\nPUBLIC_URL=\S+/);
  const lines = printed.split("\n").map((line) => line.split("="));
  return {
    ...fake,
    settings: Object.fromEntries(lines.map(([name = "", value = ""]) => [name, value])),
    stop: async () => {
      fake.signal("SIGTERM");
      return fake.exited;
    },
  };
}

describe("flowpoint graph fake", { timeout: 120_000 }, () => {
  it("prints the settings for it, makes the faults it is told to, and ends on a signal", async () => {
    const meta = await openMetaSide();
    const fake = await startFake(["--fault", "POST flows=answer-lost"], {});

    const failed = await meta.flowpoint(["flows", "deploy", "feedback"], fake.settings);
    const finished = await meta.flowpoint(["flows", "deploy", "feedback"], fake.settings);

    const exit = await fake.stop();
    await meta.stop();
    expect(failed.stderr).toContain("it may have been done all the same");
    expect(finished).toMatchObject({ status: 0 });
    expect(exit).toEqual({ status: 0, signal: null });
  });
});

describe("a message to flowpoint graph fake", { timeout: 120_000 }, () => {
  it("is told with the flow token that it would have opened the flow with", async () => {
    const meta = await openMetaSide();
    const fake = await startFake([], {});
    const server = await spawnServer(meta.env["DATA_DIR"] ?? "", meta.env);
    const env = { ...fake.settings, PORT: new URL(server.url).port };
    try {
      await meta.flowpoint(["flows", "deploy", "feedback"], env);
      const to = ["--to", "4915112345678", "--flow", "feedback", "--draft"];

      const sent = await meta.flowpoint(["send", ...to], env);

      const [, id, token = ""] =
        /^message (\S+): flow token (\S+)$/m.exec(fake.output().stderr) ?? [];
      expect(id).toBe(sent.stdout.trim());
      expect(fake.output().stderr).not.toContain("4915112345678");
      const verified = await meta.flowpoint(["token", "verify", token], env);
      expect(verified).toMatchObject({ status: 0 });
    } finally {
      await server.stop();
      await fake.stop();
      await meta.stop();
    }
  });
});

/** What publishing at the stand-in comes to, and what the stand-in has said. */
type Published = { readonly finished: Finished; readonly fake: string };

/** Uploads a key, then deploys and publishes a flow whose endpoint is at `publicUrl`. */
async function publish(
  publicUrl: string,
  env: { readonly fake?: Environment; readonly upload?: Environment } = {},
): Promise<Published> {
  const meta = await openMetaSide();
  const fake = await startFake([], { ...meta.env, PUBLIC_URL: publicUrl, ...env.fake });
  const succeed = async (args: readonly string[], more: Environment = {}): Promise<void> => {
    const { status, stderr } = await meta.flowpoint(args, { ...fake.settings, ...more });
    expect({ status, stderr }).toMatchObject({ status: 0 });
  };
  try {
    await succeed(["keys", "upload"], env.upload);
    await succeed(["flows", "deploy", "feedback"]);
    const finished = await meta.flowpoint(["flows", "publish", "feedback"], fake.settings);
    return { finished, fake: fake.output().stderr };
  } finally {
    await fake.stop();
    await meta.stop();
  }
}

const NOT_AVAILABLE =
  /^Meta would not publish the flow \(code 139002, trace \w+\): Endpoint Not Available: .*; mend that \(flowpoint doctor looks at each point.*run flowpoint flows publish again\n$/;

/** Where nothing listens. */
const NOBODY = "http://127.0.0.1:9";

describe("the health check of flowpoint graph fake", { timeout: 120_000 }, () => {
  it("lets a flow be published whose endpoint answers, and refuses another key or secret", async () => {
    const folder = await makeTemporaryFolder();
    const handlers = path.join(import.meta.dirname, "completion-flows");
    const server = await spawnServer(folder.path, {
      ...serverEnvironment(folder.path),
      ...WITHOUT_DATABASE,
      HANDLERS_DIR: handlers,
    });
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const anotherKey = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    try {
      const well = await publish(server.url);
      const wrongKey = await publish(server.url, { upload: { WHATSAPP_PRIVATE_KEY: anotherKey } });
      const wrongSecret = await publish(server.url, { fake: { WHATSAPP_APP_SECRET: "another" } });

      expect(well.finished).toMatchObject({
        status: 0,
        stdout: "feedback: published, PUBLISHED\n",
      });
      expect(well.fake).toContain(`health check: ${server.url}/flows/feedback is active`);
      for (const { finished } of [wrongKey, wrongSecret]) {
        expect(finished).toMatchObject({ status: 1, stdout: "" });
        expect(finished.stderr).toMatch(NOT_AVAILABLE);
      }
      expect(wrongKey.fake).toContain("answers 421: it does not have the private key");
      expect(wrongSecret.fake).toContain("answers 432: it has another app secret");
    } finally {
      await server.stop();
      await folder.remove();
    }
  });

  it("refuses a flow whose endpoint does not answer", async () => {
    const { finished, fake } = await publish(NOBODY);

    expect(finished).toMatchObject({ status: 1, stdout: "" });
    expect(finished.stderr).toMatch(NOT_AVAILABLE);
    expect(fake).toContain("cannot be asked (ECONNREFUSED)");
  });

  it("asks no other machine, and nobody without a secret to sign with, and says so", async () => {
    const elsewhere = await publish("https://flows.example.com");
    const unsigned = await publish(NOBODY, {
      fake: { ...WITHOUT_DATABASE, WHATSAPP_APP_SECRET: "" },
    });

    expect(elsewhere.finished).toMatchObject({ status: 0 });
    expect(elsewhere.fake).toContain("not made, since flows.example.com is not this machine");
    expect(unsigned.finished).toMatchObject({ status: 0 });
    expect(unsigned.fake).toContain("not made, for want of WHATSAPP_APP_SECRET");
  });
});
