// Tokens that were not minted here, remembered by the flow they came to: what is written, what an exchange notices of it
// (nothing), and what becomes of it while the database is away.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../../src/storage/database.ts";
import { createSeenTokens, findSeenToken } from "../../src/storage/seen-tokens.ts";
import drill from "../helpers/fixture-flows/drill/handler.ts";
import { buildServer, submit, withOptions } from "../helpers/build-server.ts";
import { captureLog } from "../helpers/capture-log.ts";
import { DATABASES, type PreparedDatabase } from "../webhooks/webhook-server.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

for (const { name, describeOn, prepare } of DATABASES) {
  describeOn(`seen tokens ${name}`, () => {
    let prepared: PreparedDatabase;
    let database: Database;

    beforeAll(async () => {
      prepared = await prepare();
      database = await openDatabase(prepared.settings, silent);
    });

    afterAll(async () => {
      await database.stop();
      await prepared.remove();
    });

    it("lead to the flow that a token came to last", async () => {
      await see(database, [
        ["token-1", "first-flow"],
        ["token-2", "first-flow"],
        ["token-2", "second-flow"],
      ]);
      await see(database, [["token-1", "third-flow"]]);

      const find = (token: string): Promise<string | null> =>
        findSeenToken(database.server, "main", token);
      expect(await find("token-1")).toBe("third-flow");
      expect(await find("token-2")).toBe("second-flow");
      expect(await find("token-3")).toBeNull();
      expect(await findSeenToken(database.server, "other", "token-1")).toBeNull();
    });

    it("are not kept themselves", async () => {
      await see(database, [["token-secret", "first-flow"]]);

      const rows = await database.server.selectFrom("seen_tokens").selectAll().execute();

      expect(JSON.stringify(rows)).not.toContain("token-secret");
    });

    it("are written in any number at once", async () => {
      const many = Array.from({ length: 2_500 }, (_, n) => [`many-${n}`, "first-flow"] as const);

      await see(database, many);

      expect(await findSeenToken(database.server, "main", "many-2499")).toBe("first-flow");
    });
  });
}

describe("seen tokens", () => {
  it("are given up without a word to the exchange when the database is away, told once", async () => {
    const { log, lines } = captureLog();
    const seen = createSeenTokens(away, "main", log);

    seen.saw("token-1", "first-flow");
    await seen.stop();
    seen.saw("token-2", "first-flow");
    await seen.stop();

    expect(lines).toEqual([expect.objectContaining({ level: "warn" })]);
  });
});

describe("the endpoint", () => {
  it("tells of tokens that do not name their flow, and of no others", async () => {
    const saw: unknown[] = [];
    const parts = { seenTokens: { saw: (...told: unknown[]) => void saw.push(told) } };
    await using anyToken = await buildServer({ parts, settings: { FLOW_TOKEN_POLICY: "any" } });
    await using functionToken = await buildServer({
      parts,
      handlers: [withOptions(drill, { tokens: (token) => (token === "refused" ? null : {}) })],
    });

    await anyToken.send(submit("foreign", "show"));
    await anyToken.send(submit(anyToken.mint(), "show"));
    await anyToken.send(submit(null, "show"));
    await functionToken.send(submit("accepted", "show"));
    await functionToken.send(submit("refused", "show"));

    expect(saw).toEqual([
      ["foreign", "drill"],
      ["accepted", "drill"],
    ]);
  });
});

async function see(
  database: Database,
  tokens: readonly (readonly [token: string, flow: string])[],
): Promise<void> {
  const seen = createSeenTokens(database.server, "main", silent);
  for (const [token, flow] of tokens) seen.saw(token, flow);
  await seen.stop();
}

/** Refuses every query. */
const away = {
  insertInto: () => {
    throw new Error("away");
  },
} as unknown as Database["server"];
