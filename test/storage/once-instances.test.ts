// `call.once` where several instances share one Postgres.

import { expect, it } from "vitest";
import { createEffects } from "../../src/storage/once.ts";
import { requirePart } from "../parts/require-part.ts";
import { migrateAll, newScope, openPostgres } from "./open-database.ts";

const { signal } = new AbortController();

requirePart("postgres")("once on two instances", () => {
  it("has one effect, and gives both its result", async () => {
    const { database, openAnother, stop } = await openPostgres();
    await migrateAll(database);
    const another = await openAnother?.();
    if (another === undefined) throw new Error("Postgres takes several connections");
    const scope = newScope();
    const started = Promise.withResolvers<unknown>();
    const goOn = Promise.withResolvers<unknown>();

    const first = createEffects(database, "main").once("drill", scope, "book", signal, async () => {
      started.resolve(null);
      await goOn.promise;
      return "the first one's";
    });
    await started.promise;
    const second = createEffects(another, "main").once(
      "drill",
      scope,
      "book",
      signal,
      () => "the second one's",
    );
    goOn.resolve(null);

    expect(await Promise.all([first, second])).toEqual(["the first one's", "the first one's"]);
    await another.stop();
    await stop();
  });
});
