// SECURITY.md claims that tests hold what it says. This sees to it that they are there.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const THREATS = 41;

type Row = { readonly number: number; readonly heldBy: string };
type Reference = { readonly what: string; readonly file: string };

const text = readFileSync(join(ROOT, "SECURITY.md"), "utf8");
const rows = text.split("\n").flatMap((line): readonly Row[] => {
  const [, number, heldBy] = /^\| (\d+) \|.*\| ([^|]+) \|$/.exec(line) ?? [];
  return number === undefined || heldBy === undefined ? [] : [{ number: Number(number), heldBy }];
});

function referencesIn(heldBy: string): readonly Reference[] {
  return [...heldBy.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)].map(([, what = "", file = ""]) => ({
    what,
    file,
  }));
}

/** A test is found by its title, a case by its id; titles in code may be cut short by a quote. */
function isThere({ what, file }: Reference): boolean {
  const path = join(ROOT, file);
  if (!existsSync(path)) return false;
  const source = readFileSync(path, "utf8");
  return file.endsWith(".json") ? source.includes(`"id": "${what}"`) : source.includes(what);
}

describe("SECURITY.md", () => {
  it("has a row for every threat, in their order", () => {
    expect(rows.map(({ number }) => number)).toEqual(
      Array.from({ length: THREATS }, (_, index) => index + 1),
    );
  });

  it.each(rows)("names for threat $number what holds it, or why nothing does", ({ heldBy }) => {
    const isAccepted = /\bAccepted\b/.test(heldBy);

    expect(referencesIn(heldBy).length > 0 || isAccepted).toBe(true);
  });

  it("names only tests that exist", () => {
    expect(
      rows.flatMap(({ heldBy }) => referencesIn(heldBy)).filter((one) => !isThere(one)),
    ).toEqual([]);
  });
});
