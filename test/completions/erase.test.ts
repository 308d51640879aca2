import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eraseUser, type Erased } from "../../src/completions/erase.ts";
import type { MediaStore } from "../../src/completions/ports.ts";
import { createRunCompletion } from "../../src/completions/run-completion.ts";
import { CompletionGoneError } from "../../src/flows/effects.ts";
import type { LoadedFlow } from "../../src/flows/loaded-flow.ts";
import type { HandlerTransaction } from "../../src/flows/services.ts";
import { type Database, openDatabase } from "../../src/storage/database.ts";
import { createEraseStore } from "../../src/storage/erase.ts";
import { createMediaFolder } from "../../src/storage/media-store.ts";
import { createEffects } from "../../src/storage/once.ts";
import { createSeenTokens, seenTokenKeyOf } from "../../src/storage/seen-tokens.ts";
import { makeTemporaryFolder } from "../helpers/spawn-server.ts";
import { createDatabase } from "../helpers/database.ts";
import { findPostgres } from "../parts/find-postgres.ts";
import { requirePart } from "../parts/require-part.ts";
import { openEmbedded, type OpenedDatabase } from "../storage/open-database.ts";
import {
  ACCOUNT,
  createStaticFlow,
  flowMap,
  openProcessing,
  type ProcessingDatabase,
  tokens,
} from "./processing-database.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** In everything that is kept of one user: in answers, tokens and names. */
const CANARY = "canary-4711";
const USER_ID = `US.${CANARY}`;
const PHONE = "15559994711";

const OTHER = { userId: "US.other", phone: "15550000002", response: { line: "of another" } };

describe("erasing a user, on the embedded database", () => {
  define(async () => ({ ...(await openEmbedded()), dump: dumpTables }));
});

requirePart("postgres")("erasing a user, on Postgres", () => {
  define(async () => {
    const url = await createDatabase();
    const database = await openDatabase({ kind: "postgres", url, poolMax: 5 }, silent);
    return { database, openAnother: null, stop: () => database.stop(), dump: () => pgDump(url) };
  });
});

type DumpedDatabase = OpenedDatabase & {
  /** Everything in the database as text. */
  readonly dump: (database: Database) => Promise<string>;
};

function define(open: () => Promise<DumpedDatabase>): void {
  let opened: DumpedDatabase;
  let processing: ProcessingDatabase;
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let media: MediaStore;
  let kept: string;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    media = createMediaFolder(folder.path);
    processing = await openProcessing(async () => {
      opened = await open();
      return opened;
    });
  });
  afterAll(async () => {
    await processing.stop();
    await folder.remove();
  });

  /** Leaves the canary wherever a user leaves anything. */
  beforeEach(async () => {
    const { database } = processing;
    for (const id of await media.list()) await media.remove(id);
    await database.server.deleteFrom("completions").execute();
    await database.server.deleteFrom("forgotten_messages").execute();
    await database.server.deleteFrom("quarantine").execute();
    await database.server.deleteFrom("once_results").execute();
    await database.forFlow("drill").deleteFrom("effects").execute();
    const effects = createEffects(database, ACCOUNT);
    const run = createRunCompletion({
      flows: flowMap(drill),
      tokens,
      store: processing.store,
      effects,
      fetchMedia: null,
      forwardUrlOf: () => "https://example.com/",
      retentionDays: 90,
      log: silent,
    });
    const flowToken = `token-${CANARY}`;
    const seen = createSeenTokens(database.server, ACCOUNT, silent);
    seen.saw(flowToken, "drill");
    await seen.stop();
    await database.server
      .insertInto("sent_messages")
      .values({
        account: ACCOUNT,
        message_id: `wamid.sent-${CANARY}`,
        flow: "drill",
        token_key: seenTokenKeyOf(flowToken),
        expires_at: new Date("2030-01-01T00:00:00Z"),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const ids = [
      await processing.receive({
        userId: USER_ID,
        phone: PHONE,
        flowToken,
        contextMessageId: `wamid.sent-${CANARY}`,
        messageId: `wamid.1-${CANARY}`,
        response: { line: CANARY },
      }),
      // An older one, from before there were user ids.
      await processing.receive({
        phone: PHONE,
        flowToken,
        messageId: `wamid.2-${CANARY}`,
        response: { line: CANARY },
      }),
    ];
    kept = await processing.receive({ ...OTHER, flowToken: "token-of-another" });
    for (const id of [...ids, kept]) {
      await run(id, { signal: new AbortController().signal, isLast: false });
      await media.write(id, "0", content(CANARY));
    }
    await database.server
      .insertInto("quarantine")
      .values([
        quarantined(`{"from":"${PHONE}","text":"${CANARY}"`),
        quarantined('{"from":"15550000002"'),
      ])
      .execute();
  });

  async function erase(user: string, flows: readonly LoadedFlow[] = [drill]): Promise<Erased> {
    const store = createEraseStore(processing.database, processing.queue, ACCOUNT);
    return eraseUser({ store, media, flows }, user);
  }

  it.each([
    { name: "a business-scoped id", user: USER_ID },
    { name: "a phone number", user: PHONE },
    { name: "a phone number as people write it", user: "+1 (555) 999-4711" },
  ])("by $name leaves nothing of theirs in the whole database", async ({ user }) => {
    const before = await opened.dump(opened.database);

    const erased = await erase(user);

    const after = await opened.dump(opened.database);
    expect([holds(before, CANARY), holds(before, PHONE)]).toEqual([true, true]);
    expect([holds(after, CANARY), holds(after, PHONE)]).toEqual([false, false]);
    expect(erased).toEqual({ completions: 2, quarantined: 1, flows: ["drill"] });
  });

  it("leaves what is another's", async () => {
    await erase(USER_ID);

    expect(await processing.store.read(kept)).toMatchObject({ state: "done", user: "US.other" });
    const { rows } = await sql`select 1 from ${sql.table("flowpoint_server.quarantine")}`.execute(
      processing.database.root,
    );
    expect(rows).toHaveLength(1);
  });

  it("deletes their files", async () => {
    await erase(PHONE);

    expect(await readdir(folder.path)).toEqual([kept]);
  });

  it("deletes nothing at all when a handler cannot", async () => {
    const broken = createStaticFlow("drill", {
      erase: () => Promise.reject(new Error("not today")),
    });
    const before = await opened.dump(opened.database);

    await expect(erase(USER_ID, [broken])).rejects.toThrow("not today");

    expect(await opened.dump(opened.database)).toEqual(before);
    expect(await readdir(folder.path)).toHaveLength(3);
  });

  it("makes no completion of a message of theirs that comes once more", async () => {
    await erase(USER_ID);

    const repeat = processing.receive({ userId: USER_ID, messageId: `wamid.1-${CANARY}` });

    await expect(repeat).rejects.toThrow("no result");
    expect(await processing.receive({ userId: USER_ID, messageId: "wamid.3" })).toBeTruthy();
  });

  it("waits for an effect that is under way, and deletes it too", async () => {
    const effects = createEffects(processing.database, ACCOUNT);
    const id = await processing.receive({ userId: USER_ID });
    const scope = { ...SCOPE, key: `completion:${id}`, completionId: id };
    const [begun, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const effect = effects.once(
      "drill",
      scope,
      "late",
      new AbortController().signal,
      async (trx) => {
        const row = await insertEffect(trx);
        begun.resolve();
        await mayEnd.promise;
        return row;
      },
    );
    await begun.promise;

    const erased = erase(USER_ID);
    mayEnd.resolve();

    await Promise.all([effect, erased]);
    expect(holds(await opened.dump(opened.database), CANARY)).toBe(false);
  });

  it("lets no effect happen afterwards", async () => {
    const effects = createEffects(processing.database, ACCOUNT);
    const id = await processing.receive({ userId: USER_ID });
    const scope = { ...SCOPE, key: `completion:${id}`, completionId: id };
    await erase(USER_ID);

    const effect = effects.once("drill", scope, "late", new AbortController().signal, insertEffect);

    await expect(effect).rejects.toThrow(CompletionGoneError);
    expect(holds(await opened.dump(opened.database), CANARY)).toBe(false);
  });

  it("asks handlers also for a user of whom nothing else is known", async () => {
    const asked: string[] = [];
    const drill = createStaticFlow("drill", { erase: (user) => asked.push(user) });

    const erased = await erase("US.stranger", [drill]);

    expect(asked).toEqual(["US.stranger"]);
    expect(erased).toEqual({ completions: 0, quarantined: 0, flows: ["drill"] });
  });
}

/** Keeps what users answer in a table of its own, and finds it again by their names. */
const drill = createStaticFlow("drill", {
  options: { tokens: () => ({}) },
  completed: async (completion, call) => {
    const note = JSON.stringify(completion);
    await call.once(`effect of ${note}`, (trx) =>
      trx.insertInto("effects").values({ note }).returning("note").executeTakeFirstOrThrow(),
    );
  },
  erase: async (user, trx) => {
    if (user === USER_ID)
      await trx.deleteFrom("effects").where("note", "like", `%${CANARY}%`).execute();
  },
});

const SCOPE = { flow: "drill", keepUntil: new Date("2030-01-01T00:00:00Z") };

async function insertEffect(trx: HandlerTransaction): Promise<{ readonly note: string }> {
  return trx
    .insertInto("effects")
    .values({ note: CANARY })
    .returning("note")
    .executeTakeFirstOrThrow();
}

function quarantined(text: string) {
  return { account: ACCOUNT, sha256: text, reason: "is not JSON", body: Buffer.from(text) };
}

async function* content(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** Text, or bytes as Postgres writes them. */
function holds(dump: string, text: string): boolean {
  return dump.includes(text) || dump.includes(Buffer.from(text).toString("hex"));
}

async function pgDump(url: string): Promise<string> {
  const program = path.join(findPostgres() ?? "", "pg_dump");
  const { stdout } = await promisify(execFile)(program, ["--data-only", "--inserts", url], {
    maxBuffer: 64 * 1024 * 1024,
  });
  // Lines for psql alone hold a random word.
  return stdout.replaceAll(/^\\.*$/gm, "");
}

async function dumpTables(database: Database): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') order by 1
  `.execute(database.root);
  const dumped: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<{
      row: string;
    }>`select t::text as row from ${sql.raw(name)} t`.execute(database.root);
    dumped.push(name, ...rows.map(({ row }) => row));
  }
  return dumped.join("\n");
}
