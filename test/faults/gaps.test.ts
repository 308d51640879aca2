// The moments at which a promise hangs by a thread, each hit exactly: real processes, killed, frozen or cut off while a
// proxy holds up the one statement that matters. Every test ends with the same reckoning as `npm run faults`, and where a
// server exists that breaks the promise, it must be caught at the same spot.

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { requirePart } from "../parts/require-part.ts";
import { CONTROLS, PRODUCT } from "./candidates.ts";
import { type Gap, openGap } from "./gap.ts";
import { STATEMENTS } from "./nemesis.ts";
import { type Candidate, type Ground, layGround } from "./stage.ts";

const BEFORE_COMMIT = [
  { candidate: PRODUCT, answer: 503, broken: [] },
  { candidate: CONTROLS.acknowledgeFirst, answer: 200, broken: ["lost"] },
] as const;

const IN_ONCE = [
  { candidate: PRODUCT, broken: [] },
  { candidate: CONTROLS.twoTransactions, broken: ["several-effects"] },
] as const;

const POSTGRES_CRASH = [
  { candidate: PRODUCT, broken: [] },
  { candidate: CONTROLS.asynchronousCommit, broken: ["lost"] },
] as const;

/** Each starts two servers, and most wait for one to be taken for dead, on a machine with other things to do. */
vi.setConfig({ testTimeout: 90_000 });

requirePart("postgres")("a completion", () => {
  const shared: { ground?: Ground } = {};

  beforeAll(async () => {
    shared.ground = await layGround(PRODUCT);
  });
  afterAll(() => shared.ground?.postgres.stop());

  /** On a database of its own, of the Postgres that these tests share. */
  async function open(candidate: Candidate): Promise<Gap> {
    if (shared.ground === undefined) throw new Error("Postgres did not start");
    const { postgres, databaseUrl } = shared.ground;
    const template = new URL(databaseUrl).pathname.slice(1);
    return openGap(candidate, { postgres, databaseUrl: await postgres.createDatabase(template) });
  }

  describe("whose instance is killed", () => {
    it.concurrent.each(BEFORE_COMMIT)(
      "before the commit was answered $answer ($candidate.name)",
      async ({ candidate, answer, broken }) => {
        await using gap = await open(candidate);
        const { victim, survivor } = gap;
        const inserting = victim.proxy.holdAt(STATEMENTS.insertCompletions, "question");
        const insertingAgain = victim.proxy.holdAt(STATEMENTS.insertCompletions, "question");
        const answering = gap.send(victim);
        await (await inserting).releaseUntil(STATEMENTS.commit, "question");
        // What gets no answer is tried once more, where anything is tried before the answer.
        void insertingAgain.then((held) => held.releaseUntil(STATEMENTS.commit, "question"));

        const status = await answering;
        await gap.replaceVictim();
        await gap.sendUntilTaken(survivor);

        expect(status).toBe(answer);
        expect(await kindsOf(gap)).toEqual(broken);
      },
    );

    it.concurrent("after the commit and before the 200 is stored once", async () => {
      await using gap = await open(PRODUCT);
      const { victim, survivor } = gap;
      const inserting = victim.proxy.holdAt(STATEMENTS.insertCompletions, "question");
      const answering = gap.send(victim);
      await (await inserting).releaseUntil(STATEMENTS.commit, "answer");

      await gap.replaceVictim();
      const { stored } = await gap.stage.readDatabase();
      await gap.sendUntilTaken(survivor);

      expect(await answering).toBe("none");
      expect(stored).toHaveLength(1);
      expect(await kindsOf(gap)).toEqual([]);
    });

    it.concurrent.each(IN_ONCE)(
      "inside `once` has one effect, or is noticed ($candidate.name)",
      async ({ candidate, broken }) => {
        await using gap = await open(candidate);
        const remembering = gap.victim.proxy.holdAt(STATEMENTS.rememberEffect, "question");
        await gap.sendUntilTaken(gap.victim);
        await remembering;

        await gap.replaceVictim();

        expect(await kindsOf(gap)).toEqual(broken);
      },
    );

    it.concurrent.each([
      { when: "the completion is recorded as done", statement: STATEMENTS.recordCompletion },
      { when: "it is recorded as forwarded", statement: STATEMENTS.recordForwarded },
    ])("after the effect's commit and before $when has one effect", async ({ statement }) => {
      await using gap = await open(PRODUCT);
      const recording = gap.victim.proxy.holdAt(statement, "question");
      await gap.sendUntilTaken(gap.victim);
      await recording;

      await gap.replaceVictim();

      expect(await kindsOf(gap)).toEqual([]);
    });

    it.concurrent("after it is recorded as done and before its job is has one effect", async () => {
      await using gap = await open(PRODUCT);
      const { proxy } = gap.victim;
      const recording = proxy.holdAt(STATEMENTS.recordCompletion, "answer");
      await gap.sendUntilTaken(gap.victim);
      const recorded = await recording;
      const deleting = proxy.holdAt(STATEMENTS.deleteJob, "question");
      recorded.release();
      await deleting;

      await gap.replaceVictim();

      expect(await kindsOf(gap)).toEqual([]);
    });
  });

  describe("whose instance is frozen while the effect is due", () => {
    it.concurrent("has it from another, and not again when that one thaws", async () => {
      await using gap = await open(PRODUCT);
      const { stage, victim, survivor } = gap;
      const remembering = victim.proxy.holdAt(STATEMENTS.rememberEffect, "question");
      await gap.sendUntilTaken(victim);
      const held = await remembering;

      victim.instance.freeze();
      await stage.ageJobs();
      await survivor.instance.start();
      const ofSurvivor = await kindsOf(gap);
      held.release();
      victim.instance.thaw();
      // It finishes what it was at.
      const status = await victim.instance.stop();

      expect(status).toBe(0);
      expect(ofSurvivor).toEqual([]);
      expect(await kindsOf(gap)).toEqual([]);
    });
  });

  describe("whose instance is cut off from Postgres", () => {
    it.concurrent("between insert and commit is stored once, over another connection", async () => {
      await using gap = await open(PRODUCT);
      const inserting = gap.victim.proxy.holdAt(STATEMENTS.insertCompletions, "question");
      const answering = gap.send(gap.victim);
      const connection = await inserting;
      await connection.releaseUntil(STATEMENTS.commit, "question");
      connection.cut();

      const status = await answering;
      await gap.sendUntilTaken(gap.victim);

      expect(status).toBe(200);
      expect(await kindsOf(gap)).toEqual([]);
    });

    it.concurrent("after the effect's commit and before its answer has one effect", async () => {
      await using gap = await open(PRODUCT);
      const remembering = gap.victim.proxy.holdAt(STATEMENTS.rememberEffect, "question");
      await gap.sendUntilTaken(gap.victim);
      const connection = await remembering;
      await connection.releaseUntil(STATEMENTS.commit, "answer");
      connection.cut();

      expect(await kindsOf(gap)).toEqual([]);
    });
  });

  describe("that was acknowledged before every process of Postgres is killed", () => {
    it.concurrent.each(POSTGRES_CRASH)(
      "is there afterwards, or is missed ($candidate.name)",
      async ({ candidate, broken }) => {
        const ground = await layGround(candidate);
        await using postgres = ground.postgres;
        await using gap = await openGap(candidate, ground);
        await gap.sendUntilTaken(gap.victim);

        await postgres.crash("all");
        await postgres.restart();

        expect(await kindsOf(gap)).toEqual(broken);
      },
    );
  });
});

/** What the reckoning finds, when everything has come to rest. */
async function kindsOf(gap: Gap): Promise<readonly string[]> {
  return (await gap.settle()).map(({ kind }) => kind);
}
