// What the phone in the terminal says when it is the server that is in trouble.

import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Environment,
  FIXTURE_FLOWS,
  makeTemporaryFolder,
  run,
  serverEnvironment,
  type SpawnedServer,
  spawnServer,
} from "../helpers/spawn-server.ts";

describe("simulate, with a server in trouble", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let server: SpawnedServer;
  let environment: Environment;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    server = await spawnServer(folder.path, { EXCHANGE_DEADLINE_MS: "200" });
    environment = serverEnvironment(folder.path, { PORT: new URL(server.url).port });
  });

  afterAll(async () => {
    await server.stop();
    await folder.remove();
  });

  async function simulate(answers: object, args: readonly string[] = [], env: Environment = {}) {
    const file = path.join(folder.path, "answers.json");
    await writeFile(file, JSON.stringify(answers));
    const finished = await run(["simulate", "drill", "--answers", file, ...args], {
      ...environment,
      ...env,
    });
    return { ...finished, reason: finished.stderr.trimEnd().split("\n").at(-1) ?? "" };
  }

  function faultLogged(reason: string): unknown {
    const [, traceId = "nothing"] = /trace_id ([\da-f]{32})$/.exec(reason) ?? [];
    const lines = server.output().stdout.split("\n");
    const line = lines.find((each) => each.includes(traceId) && each.includes('"fault"'));
    return line === undefined ? null : (JSON.parse(line) as { fault: unknown }).fault;
  }

  it.each([
    { behave: "throw", fault: "HANDLER_FAILED", says: "Something went wrong. Please try again." },
    {
      behave: "null-data",
      fault: "OUTCOME_REFUSED",
      says: "Something went wrong. Please try again.",
    },
    { behave: "hang", fault: "HANDLER_TOO_SLOW", says: "This is taking longer than usual. " },
  ])(
    "names the server's log line where a handler does $behave",
    async ({ behave, fault, says }) => {
      const { status, reason } = await simulate({ START: { behave } });

      expect(status).toBe(1);
      expect(reason).toContain(
        `START was shown 3 times with the same answers, the last time saying "${says}`,
      );
      expect(reason).not.toContain("give others");
      expect(faultLogged(reason)).toBe(fault);
    },
  );

  it("asks for other answers where the screen comes back without a message", async () => {
    const visits = { $back: true };

    const { reason } = await simulate({ START: { behave: "show" }, DETAILS: visits });

    expect(reason).toBe("START was shown 3 times with the same answers; give others");
  });

  it("names the server's log line where INIT fails", async () => {
    const claims = JSON.stringify({ init: "throw" });
    const minted = await run(["token", "mint", "--flow", "drill", "--claims", claims], environment);

    const { reason } = await simulate({}, ["--token", minted.stdout.trim()]);

    expect(reason).toMatch(
      /^the endpoint answered 500: the handler failed, and there is no screen/,
    );
    expect(faultLogged(reason)).toBe("HANDLER_FAILED");
  });

  it("tells a wrong app secret, a wrong key and an unknown flow apart", async () => {
    const otherSecret = await simulate({}, [], { WHATSAPP_APP_SECRET: "another-app-secret" });
    const otherKey = await simulate({}, [], {
      WHATSAPP_PRIVATE_KEY: undefined,
      DATA_DIR: path.join(folder.path, "other"),
    });
    const otherFlow = await simulate({}, ["--url", `${server.url}/flows/drills`]);

    expect(otherSecret.reason).toBe(
      "the endpoint answered 432: the server's app secret differs from this command's; give this command the server's WHATSAPP_APP_SECRET, or its DATA_DIR",
    );
    expect(otherKey.reason).toMatch(
      /^the endpoint answered 421: none of the server's private keys/,
    );
    expect(otherFlow.reason).toMatch(/^the endpoint answered 404: the server runs no flow of that/);
  });

  it("blames nobody's settings for a fault that it was asked to make", async () => {
    const { reason } = await simulate({}, ["--fault", "bad-signature"]);

    expect(reason).toBe("the endpoint answered 432, as it should to bad-signature");
  });

  it("offers to deliver a completion to a development server on this machine only", async () => {
    const answers = { START: { behave: "finish", note: "it's $HOME" } };

    const here = await simulate(answers, ["--url", `${server.url}/flows/drill`]);
    const production = await simulate(answers, [], {
      NODE_ENV: "production",
      DATABASE_URL: "postgres://127.0.0.1:1/nowhere",
    });

    expect(here.reason).toMatch(
      /^ {2}npm run -s flowpoint -- trigger completion drill --url http:\/\/127\.0\.0\.1:\d+ --token [\w.-]+ --response '\{"line":"it'\\''s \$HOME"\}'$/,
    );
    expect(production.stdout).toMatch(/^completed /);
    expect(production.stderr).not.toContain("trigger completion");
  });
});

it("simulate, without a server, says how to start one", async () => {
  const folder = await makeTemporaryFolder();
  const answers = path.join(folder.path, "answers.json");
  await writeFile(answers, "{}");

  const { status, stderr } = await run(["simulate", "drill", "--answers", answers], {
    ...serverEnvironment(folder.path, { HANDLERS_DIR: FIXTURE_FLOWS }),
    PORT: "9",
  });
  await folder.remove();

  expect(status).toBe(1);
  expect(stderr).toContain(
    "no server answers at http://127.0.0.1:9/flows/drill; start one with: flowpoint serve",
  );
});
