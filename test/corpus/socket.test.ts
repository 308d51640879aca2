// The corpus over sockets, against the command in a process of its own: every case but those that need to reach inside.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CORPUS, type CorpusCase, findCase } from "./corpus-case.ts";
import { type StartedServer, startSpawned } from "./corpus-server.ts";
import { assertNothingLeaked, findForgedLines } from "./privacy.ts";
import { assertAlive, type CorpusRun, assertCase, startRun } from "./assert-case.ts";

const reachable = CORPUS.filter(({ build }) => build.fault === undefined);

/** These wait until the server's patience ends, so they wait beside all the others. */
const isSlow = ({ expect: { answers } }: CorpusCase): boolean => answers?.includes(408) === true;

describe("over a socket", () => {
  let started: StartedServer;
  let run: CorpusRun;
  const slow = new Map<string, Promise<unknown>>();

  beforeAll(async () => {
    started = await startSpawned();
    run = startRun(started.server);
    for (const each of reachable.filter(isSlow)) {
      const failure = assertCase(run, each, findCase).then(
        () => null,
        (error: unknown) => error,
      );
      slow.set(each.id, failure);
    }
  });

  afterAll(() => started.stop());

  it.each(reachable.filter((each) => !isSlow(each)))("$id $title", async (each) => {
    await assertCase(run, each, findCase);

    await assertAlive(started.server);
  });

  it.each(reachable.filter(isSlow))("$id $title", async ({ id }) => {
    expect(await slow.get(id)).toBeNull();
  });

  it("is still the same process", () => {
    expect(() => process.kill(started.pid, 0)).not.toThrow();
  });

  it("told nothing of all this in its log and metrics", async () => {
    const log = started.server.output();

    assertNothingLeaked(
      { "the log": log, "the metrics": await started.metrics() },
      { ...started.secrets, "flow tokens": [...run.tokens] },
    );
    expect(findForgedLines(log)).toEqual([]);
    expect(log).toContain("BAD_SIGNATURE");
    expect(run.tokens.size).toBeGreaterThan(0);
  });
});
