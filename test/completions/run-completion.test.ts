import { afterAll, beforeAll, expect, it } from "vitest";
import { sql } from "kysely";
import { z } from "zod";
import {
  createRunCompletion,
  type RunCompletionDependencies,
} from "../../src/completions/run-completion.ts";
import type { CompletionCall } from "../../src/flows/call.ts";
import type { LoadedFlow } from "../../src/flows/loaded-flow.ts";
import { createEffects } from "../../src/storage/once.ts";
import { describeOnBoth } from "../storage/open-database.ts";
import {
  ACCOUNT,
  createStaticFlow,
  flowMap,
  mintToken,
  openProcessing,
  type ProcessingDatabase,
  tokens,
} from "./processing-database.ts";

const FIRST = { signal: new AbortController().signal, isLast: false };
const LAST = { ...FIRST, isLast: true };

const silent = { debug() {}, info() {}, warn() {}, error() {} };

describeOnBoth("the job of a completion", (open) => {
  let processing: ProcessingDatabase;
  beforeAll(async () => {
    processing = await openProcessing(open);
  });
  afterAll(() => processing.stop());

  function depsOf(
    flows: readonly LoadedFlow[],
    parts: Partial<RunCompletionDependencies> = {},
  ): RunCompletionDependencies {
    return {
      flows: flowMap(...flows),
      tokens,
      store: processing.store,
      effects: createEffects(processing.database, ACCOUNT),
      fetchMedia: null,
      forwardUrlOf: () => null,
      retentionDays: 90,
      log: silent,
      ...parts,
    };
  }

  /** A completion of the drill flow, whose tables are there. */
  async function receiveDrill(response: unknown = { line: "hello" }): Promise<string> {
    return processing.receive({ flowToken: mintToken("drill"), response });
  }

  async function countEffects(note: string): Promise<number> {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from drill.effects where note = ${note}
    `.execute(processing.database.root);
    return rows[0]?.count ?? -1;
  }

  async function countForwardJobs(id: string): Promise<number> {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from flowpoint_jobs.job where name = 'forward' and id = ${id}
    `.execute(processing.database.root);
    return rows[0]?.count ?? -1;
  }

  it("gives the handler the answers, and records that it is done", async () => {
    const given: unknown[] = [];
    const drill = createStaticFlow("drill", {
      completion: z.object({ line: z.string() }),
      completed: (completion, call) =>
        given.push({
          completion,
          flow: call.flow,
          key: call.key,
          flowToken: call.flowToken,
          user: call.user,
        }),
    });
    const flowToken = mintToken("drill");
    const id = await processing.receive({
      flowToken,
      userId: "US.ada",
      response: { line: "hello" },
    });

    await createRunCompletion(depsOf([drill]))(id, FIRST);

    expect(given).toEqual([
      {
        completion: { kind: "readable", response: { line: "hello" } },
        flow: "drill",
        key: id,
        flowToken,
        user: "US.ada",
      },
    ]);
    expect(await processing.store.read(id)).toMatchObject({
      state: "done",
      attempts: 1,
      match: { flow: "drill", matchedBy: "token" },
    });
  });

  it("gives the handler answers that it cannot read as text", async () => {
    const given: unknown[] = [];
    const drill = createStaticFlow("drill", {
      completion: z.object({ line: z.string() }),
      completed: (completion) => given.push(completion),
    });
    const id = await receiveDrill('{"line":7}');

    await createRunCompletion(depsOf([drill]))(id, FIRST);

    expect(given).toEqual([{ kind: "unreadable", text: '{"line":7}' }]);
  });

  it("gives the handler a log whose lines name the flow and the completion", async () => {
    const lines: unknown[] = [];
    const log = { ...silent, info: (fields: object) => lines.push(fields) };
    const drill = createStaticFlow("drill", {
      completed: (_completion, call) => call.log.info({ files: 0 }, "claim confirmed"),
    });
    const id = await receiveDrill();

    await createRunCompletion(depsOf([drill], { log }))(id, FIRST);

    expect(lines).toEqual([{ flow: "drill", completion: id, files: 0 }]);
  });

  it("is done for a flow that does not care", async () => {
    const id = await receiveDrill();

    await createRunCompletion(depsOf([createStaticFlow("drill")]))(id, FIRST);

    expect((await processing.store.read(id))?.state).toBe("done");
  });

  it("records a failure, and is done the next time", async () => {
    let runs = 0;
    const drill = createStaticFlow("drill", {
      completed: () => {
        runs += 1;
        if (runs === 1) throw new Error("the other system is away");
      },
    });
    const run = createRunCompletion(depsOf([drill]));
    const id = await receiveDrill();

    await expect(run(id, FIRST)).rejects.toThrow("the other system is away");
    const failed = await processing.store.read(id);
    await run(id, FIRST);

    expect(failed).toMatchObject({ state: "failed", attempts: 1 });
    expect(await processing.store.read(id)).toMatchObject({ state: "done", attempts: 2 });
  });

  it("records the last failure as the end", async () => {
    const drill = createStaticFlow("drill", { completed: () => Promise.reject(new Error("no")) });
    const id = await receiveDrill();

    await expect(createRunCompletion(depsOf([drill]))(id, LAST)).rejects.toThrow("no");

    expect(await processing.store.read(id)).toMatchObject({ state: "dead", attempts: 1 });
  });

  it("lets a handler that hangs go, and says so", async () => {
    let signal: AbortSignal | null = null;
    const drill = createStaticFlow("drill", {
      completed: (_completion, call) => {
        ({ signal } = call);
        return new Promise(() => {});
      },
    });
    const id = await receiveDrill();

    const running = createRunCompletion(depsOf([drill], { handlerLimitMs: 20 }))(id, FIRST);

    await expect(running).rejects.toThrow("timeout");
    expect(signal).toMatchObject({ aborted: true });
    expect((await processing.store.read(id))?.state).toBe("failed");
  });

  it("does what is done once only once, however often it runs", async () => {
    const drill = createStaticFlow("drill", {
      completed: async (_completion, call) => {
        await writeEffect(call, "once");
        throw new Error("after the effect");
      },
    });
    const run = createRunCompletion(depsOf([drill]));
    const id = await receiveDrill();

    await expect(run(id, FIRST)).rejects.toThrow("after the effect");
    await expect(run(id, FIRST)).rejects.toThrow("after the effect");

    expect(await countEffects("once")).toBe(1);
  });

  it("lets the handler read what it did once", async () => {
    const stored: unknown[] = [];
    const drill = createStaticFlow("drill", {
      completed: async (_completion, call) => {
        stored.push(await call.stored("effect"), await writeEffect(call, "stored"));
        stored.push(await call.stored("effect"));
      },
    });
    const id = await receiveDrill();

    await createRunCompletion(depsOf([drill]))(id, FIRST);

    expect(stored).toEqual([null, { note: "stored" }, { note: "stored" }]);
  });

  it("does nothing for one that is done, or erased since", async () => {
    let runs = 0;
    const drill = createStaticFlow("drill", { completed: () => (runs += 1) });
    const run = createRunCompletion(depsOf([drill]));
    const id = await receiveDrill();

    await run(id, FIRST);
    await run(id, FIRST);
    await run("00000000-0000-4000-8000-000000000000", FIRST);

    expect(runs).toBe(1);
    expect(await processing.store.read(id)).toMatchObject({ state: "done", attempts: 1 });
  });

  it("records nothing when it was stopped", async () => {
    const stopping = new AbortController();
    const drill = createStaticFlow("drill", {
      completed: () => {
        stopping.abort(new Error("the server stops"));
        return new Promise(() => {});
      },
    });
    const id = await receiveDrill();

    const running = createRunCompletion(depsOf([drill]))(id, {
      signal: stopping.signal,
      isLast: true,
    });

    await expect(running).rejects.toThrow("the server stops");
    expect(await processing.store.read(id)).toMatchObject({ state: "received", attempts: 0 });
  });

  it("leaves one of no flow unmatched, and is done when its flow is there", async () => {
    const id = await receiveDrill();

    await createRunCompletion(depsOf([]))(id, FIRST);
    const before = await processing.store.read(id);
    await createRunCompletion(depsOf([createStaticFlow("drill")]))(id, FIRST);

    expect(before).toMatchObject({ state: "unmatched", match: null });
    expect(await processing.store.read(id)).toMatchObject({
      state: "done",
      match: { flow: "drill", matchedBy: "token" },
    });
  });

  it("keeps its match, whatever is learned later", async () => {
    const quiz = createStaticFlow("quiz", {
      completion: z.object({ answer: z.string() }),
      completed: () => Promise.reject(new Error("not yet")),
    });
    const twin = createStaticFlow("twin", { completion: z.object({ answer: z.string() }) });
    const id = await processing.receive({ response: { answer: "42" } });

    await expect(createRunCompletion(depsOf([quiz]))(id, FIRST)).rejects.toThrow("not yet");
    await expect(createRunCompletion(depsOf([quiz, twin]))(id, FIRST)).rejects.toThrow("not yet");

    expect((await processing.store.read(id))?.match).toEqual({
      flow: "quiz",
      matchedBy: "schema",
    });
  });

  it("makes one job that forwards, also for a completion of no flow and after failures", async () => {
    const drill = createStaticFlow("drill", { completed: () => Promise.reject(new Error("no")) });
    const run = createRunCompletion(
      depsOf([drill], { forwardUrlOf: () => "https://example.com/" }),
    );
    const failing = await receiveDrill();
    const unmatched = await processing.receive({ response: { of: "another" } });

    await expect(run(failing, FIRST)).rejects.toThrow("no");
    await expect(run(failing, FIRST)).rejects.toThrow("no");
    await run(unmatched, FIRST);

    expect([await countForwardJobs(failing), await countForwardJobs(unmatched)]).toEqual([1, 1]);
    expect((await processing.store.read(failing))?.isForwardQueued).toBe(true);
  });

  it("makes no job that forwards where nothing is forwarded", async () => {
    const id = await receiveDrill();

    await createRunCompletion(depsOf([createStaticFlow("drill")]))(id, FIRST);

    expect(await countForwardJobs(id)).toBe(0);
  });

  it("waits for its files, and fails when they cannot be had yet", async () => {
    const order: string[] = [];
    const drill = createStaticFlow("drill", { completed: () => order.push("completed") });
    const fetchMedia: RunCompletionDependencies["fetchMedia"] = async () => {
      order.push("files");
      if (order.length === 1) throw new Error("Meta is away");
      return [];
    };
    const run = createRunCompletion(depsOf([drill], { fetchMedia }));
    const id = await receiveDrill();

    await expect(run(id, FIRST)).rejects.toThrow("Meta is away");
    await run(id, FIRST);

    expect(order).toEqual(["files", "files", "completed"]);
  });
});

function writeEffect(call: CompletionCall, note: string): Promise<unknown> {
  return call.once("effect", (trx) =>
    trx.insertInto("effects").values({ note }).returning("note").executeTakeFirstOrThrow(),
  );
}
