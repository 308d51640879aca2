// The corpus against the server's parts in this process: every case that an HTTP client can send.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CORPUS, findCase } from "./corpus-case.ts";
import { type StartedServer, startInProcess, startUnsealing } from "./corpus-server.ts";
import { assertNothingLeaked } from "./privacy.ts";
import { assertAlive, type CorpusRun, assertCase, startRun } from "./assert-case.ts";

const cases = CORPUS.filter(
  ({ build }) =>
    build.raw === undefined && build.idleConnections === undefined && build.fault === undefined,
);

describe("in this process, with a fault inside", () => {
  it.each(CORPUS.filter(({ build }) => build.fault === "sealing"))("$id $title", async (each) => {
    const { server, stop } = await startUnsealing();

    await assertCase(startRun(server), each, findCase);
    await stop();
  });
});

describe("in this process", () => {
  let started: StartedServer;
  let run: CorpusRun;

  beforeAll(async () => {
    started = await startInProcess();
    run = startRun(started.server);
  });

  afterAll(() => started.stop());

  it.each(cases)("$id $title", async (each) => {
    await assertCase(run, each, findCase);

    await assertAlive(started.server);
  });

  it("tells nothing of all this in its log and metrics", async () => {
    assertNothingLeaked(
      { "the log": started.server.output(), "the metrics": await started.metrics() },
      { ...started.secrets, "flow tokens": [...run.tokens] },
    );
    expect(started.server.output()).toContain("BAD_SIGNATURE");
    expect(run.tokens.size).toBeGreaterThan(0);
  });
});
