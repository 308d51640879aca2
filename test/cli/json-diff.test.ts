// The diff of a plan.

import { expect, it } from "vitest";
import { diffJson } from "../../src/cli/json-diff.ts";

function show(before: unknown, after: unknown): readonly string[] {
  const marks = { same: " ", added: "+", removed: "-", gap: "…" } as const;
  return diffJson(JSON.stringify(before), JSON.stringify(after, null, 4)).map(
    ({ kind, text }) => `${marks[kind]}${text.trim()}`,
  );
}

it("has nothing for two texts that say the same, however they are laid out", () => {
  expect(show({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual([]);
});

it("shows each change with the lines around it, and leaves out the rest", () => {
  const before = { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8, i: 9 };

  expect(show(before, { ...before, b: 0, i: 0 })).toEqual([
    " {",
    ' "a": 1,',
    '-"b": 2,',
    '+"b": 0,',
    ' "c": 3,',
    ' "d": 4,',
    "……",
    ' "g": 7,',
    ' "h": 8,',
    '-"i": 9',
    '+"i": 0',
    " }",
  ]);
});

it("takes what is no JSON line by line", () => {
  expect(diffJson("a\nb", "a\nc").map(({ kind }) => kind)).toEqual(["same", "removed", "added"]);
});
