// The short form of `node test/rolling/run.ts`, and proof that its reckoning can find something.

import { expect, it } from "vitest";
import { createDatabase } from "../helpers/database.ts";
import { runOn } from "../helpers/postgres.ts";
import { PARTS } from "../parts/parts.ts";
import { describeWith, requirePart } from "../parts/require-part.ts";
import type { Answer } from "./load.ts";
import { findBroken, reckon } from "./reckon.ts";
import { runRolling } from "./rolling.ts";

const bothParts = PARTS.nginx.find() === undefined ? PARTS.nginx : PARTS.postgres;

describeWith(bothParts)("a rolling restart under load", () => {
  it("refuses nothing, breaks no connection, loses nothing, does nothing twice", async () => {
    const reckoning = await runRolling({
      instances: 2,
      restarts: 1,
      requestsPerSecond: 20,
      redis: false,
      note: () => {},
    });

    expect(findBroken(reckoning)).toEqual([]);
    expect(reckoning).toMatchObject({ restarts: 2, badExits: 0, ownDeaths: 0 });
  }, 180_000);
});

function answer(kind: Answer["kind"], id: string, outcome: Answer["outcome"]): Answer {
  return { kind, id, outcome, ms: 1 };
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
    ];

    const reckoning = await reckon(url, { answers }, { exits: [0, 1], ownDeaths: 1 });

    expect(findBroken(reckoning)).toEqual([
      "1 not answered 200: effect 503",
      "1 connections were reset",
      "2 lost",
      "1 effects happened twice",
      "1 stops did not end with status 0",
      "1 instances ended by themselves",
    ]);
  });
});
