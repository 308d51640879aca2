// The short forms of what `node test/rolling/run.ts` does, and proof that its reckoning can find something.

import { expect, it } from "vitest";
import { createDatabase } from "../helpers/database.ts";
import { runOn } from "../helpers/postgres.ts";
import { PARTS, type Part } from "../parts/parts.ts";
import { describeWith, requirePart } from "../parts/require-part.ts";
import type { Answer } from "./load.ts";
import { EVENTS, findBrokenInEvent, runEvent } from "./events.ts";
import { findBroken, findBrokenInRotation, reckon } from "./reckon.ts";
import { runRolling } from "./rolling.ts";
import { runRotation } from "./rotation.ts";

/** One that is missing, where any is. */
function allOf(...parts: readonly [Part, ...Part[]]): Part {
  return parts.find((part) => part.find() === undefined) ?? parts[0];
}

const bothParts = allOf(PARTS.nginx, PARTS.postgres);
const allParts = allOf(PARTS.nginx, PARTS.postgres, PARTS.redis);

/** A test machine may stand still for longer than a user should wait. */
const PATIENT = { EXCHANGE_DEADLINE_MS: "9000" };

describeWith(bothParts)("a rolling restart under load", () => {
  it("refuses nothing, breaks no connection, loses nothing, does nothing twice", async () => {
    const reckoning = await runRolling({
      instances: 2,
      restarts: 1,
      requestsPerSecond: 20,
      redis: false,
      settings: PATIENT,
      note: () => {},
    });

    expect(findBroken(reckoning)).toEqual([]);
    expect(reckoning).toMatchObject({ restarts: 2, badExits: 0, ownDeaths: 0 });
  }, 180_000);
});

describeWith(allParts)("keys that are replaced under load", () => {
  it("cost phones one 421 each, and then a good answer", async () => {
    const { reckoning } = await runRotation({
      instances: 2,
      rotations: 2,
      everyMs: 3_000,
      requestsPerSecond: 20,
      redis: true,
      settings: PATIENT,
      note: () => {},
    });

    expect(findBrokenInRotation(reckoning)).toEqual([]);
  }, 180_000);
});

describeWith(allParts)("what goes away under load and comes back", () => {
  it.each(EVENTS)(
    "costs nothing that was acknowledged: %s",
    async (event) => {
      const report = await runEvent(event, {
        instances: 2,
        requestsPerSecond: 20,
        beforeMs: 1_000,
        awayMs: 2_000,
        note: () => {},
      });

      expect(findBrokenInEvent(report)).toEqual([]);
    },
    180_000,
  );
});

const PLAIN = { refetched: false, startedMs: 0, ms: 1 };

function answer(kind: Answer["kind"], id: string, outcome: Answer["outcome"]): Answer {
  return { kind, id, outcome, ...PLAIN };
}

requirePart("postgres")("the reckoning", () => {
  it("finds what was refused, reset, lost and done twice", async () => {
    const url = await createDatabase();
    await runOn(url, async (client) => {
      await client.query("create schema drill");
      await client.query("create schema flowpoint_server");
      await client.query("create table drill.effects (note text)");
      await client.query("create table flowpoint_server.completions (message_id text, state text)");
      await client.query("insert into drill.effects values ('once'), ('twice'), ('twice')");
      await client.query(
        "insert into flowpoint_server.completions values ('wamid.done', 'done'), ('wamid.open', 'failed')",
      );
    });
    const answers = [
      answer("effect", "once", 200),
      answer("effect", "twice", 200),
      answer("effect", "nowhere", 200),
      answer("effect", "refused", 503),
      answer("completion", "done", 200),
      answer("completion", "open", 200),
      answer("ping", "a", 200),
      answer("ping", "b", "reset"),
      { ...answer("ping", "c", 200), refetched: true },
    ];

    const reckoning = await reckon(url, { answers }, { exits: [0, 1], ownDeaths: 1 });

    expect(findBroken(reckoning)).toEqual([
      "1 not answered 200: effect 503",
      "1 connections were reset",
      "1 were answered 421 under the right key",
      "2 lost",
      "1 effects happened twice",
      "1 stops did not end with status 0",
      "1 instances ended by themselves",
    ]);
    expect(findBrokenInRotation({ ...reckoning, refetched: 0 })).toContain(
      "no phone ever had to fetch a key",
    );
    expect(findBrokenInRotation(reckoning)).toContain("1 not answered 200: effect 503");
  });
});
