// A server that cannot run says why, one line for each thing, and ends before any port is open.

import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Environment,
  FIXTURE_FLOWS,
  makeTemporaryFolder,
  run,
  serverEnvironment,
  WITHOUT_DATABASE,
} from "../helpers/spawn-server.ts";

describe("a server that cannot run", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
  });

  afterAll(() => folder.remove());

  async function failure(env: Environment): Promise<readonly string[]> {
    const { status, stdout, stderr } = await run(["serve"], serverEnvironment(folder.path, env));
    expect(status).toBe(1);
    expect(stdout).toBe("");
    return stderr.trimEnd().split("\n");
  }

  /** A copy of the drill flow that can be broken. */
  async function copyFlows(name: string): Promise<string> {
    const copy = path.join(folder.path, name);
    await cp(FIXTURE_FLOWS, copy, { recursive: true });
    return copy;
  }

  it("names every setting that production is missing", async () => {
    const lines = await failure({
      NODE_ENV: "production",
      WHATSAPP_APP_SECRET: "",
      WHATSAPP_VERIFY_TOKEN: "",
      FLOW_TOKEN_SECRET: "",
      WHATSAPP_PRIVATE_KEY: "",
    });

    expect(lines.map((line) => line.split(":")[0])).toEqual(
      expect.arrayContaining([
        "DATABASE_URL",
        "WHATSAPP_APP_SECRET",
        "WHATSAPP_VERIFY_TOKEN",
        "FLOW_TOKEN_SECRET",
      ]),
    );
  });

  it("names every setting that is wrong, without its value", async () => {
    const lines = await failure({
      PORT: "CANARY",
      FLOW_TOKEN_SECRET: "CANARY",
      DATABASE_URL: "mysql://user:CANARY@host/db",
    });

    expect(lines.map((line) => line.split(":")[0])).toEqual([
      "PORT",
      "DATABASE_URL",
      "FLOW_TOKEN_SECRET",
    ]);
    expect(lines.join()).not.toContain("CANARY");
  });

  it("asks for a private key in production", async () => {
    const [line, ...more] = await failure({ ...WITHOUT_DATABASE, WHATSAPP_PRIVATE_KEY: "" });

    expect(line).toMatch(/^WHATSAPP_PRIVATE_KEY: .*flowpoint keys generate/);
    expect(more).toEqual([]);
  });

  it("does not show a private key that it cannot read", async () => {
    const [line, ...more] = await failure({
      WHATSAPP_PRIVATE_KEY: "-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----\n",
    });

    expect(line).toContain("WHATSAPP_PRIVATE_KEY");
    expect(line).not.toContain("CANARY");
    expect(more).toEqual([]);
  });

  it("does not show a key command that fails", async () => {
    const lines = await failure({
      WHATSAPP_PRIVATE_KEY: "",
      WHATSAPP_PRIVATE_KEY_COMMAND: "echo CANARY >&2; exit 1",
    });

    expect(lines).toEqual([expect.stringMatching(/^WHATSAPP_PRIVATE_KEY_COMMAND failed/)]);
  });

  it("names the handler that does not load, and why", async () => {
    const handlers = await copyFlows("broken");
    await writeFile(path.join(handlers, "drill/handler.ts"), 'throw new Error("no coffee");');

    const lines = await failure({ HANDLERS_DIR: handlers });

    expect(lines).toEqual([`${handlers}/drill/handler.ts:1:7 does not load: no coffee`]);
  });

  it("names the command for a contract that production finds stale", async () => {
    const handlers = await copyFlows("stale");
    const flowJson = path.join(handlers, "drill/flow.json");
    await writeFile(flowJson, `${await readFile(flowJson, "utf8")}\n`);

    const lines = await failure({ ...WITHOUT_DATABASE, HANDLERS_DIR: handlers });

    expect(lines).toEqual([
      `${handlers}/drill/contract.gen.ts was not generated from this flow.json; run: flowpoint flows generate drill`,
    ]);
  });

  it("names a folder of handlers that is not there", async () => {
    const lines = await failure({ HANDLERS_DIR: path.join(folder.path, "nowhere") });

    expect(lines).toEqual([expect.stringContaining("HANDLERS_DIR")]);
  });

  it("does not boot a flow whose folder has a name that is no URL segment", async () => {
    const handlers = path.join(folder.path, "misnamed");
    await mkdir(handlers);
    await cp(`${FIXTURE_FLOWS}/drill`, path.join(handlers, "Drill"), { recursive: true });

    const lines = await failure({ HANDLERS_DIR: handlers });

    expect(lines).toEqual([expect.stringContaining(`${handlers}/Drill: a flow's folder is named`)]);
  });
});
