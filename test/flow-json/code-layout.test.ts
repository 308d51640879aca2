import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import { type Code, layOut, quote } from "../../src/flow-json/code-layout.ts";

const OXFMT = path.resolve(import.meta.dirname, "../../node_modules/oxfmt/bin/oxfmt");

const word = fc.stringMatching(/^[a-z][a-z_]{0,30}$/);
const key = fc.oneof({ weight: 9, arbitrary: word }, fc.stringMatching(/^[a-z]{1,9}-[a-z]{1,9}$/));
const text = fc
  .oneof(
    { weight: 5, arbitrary: word },
    fc.constantFrom("it's", 'a "b"', "a\\d+", "ação", "日本", "👍 ok", ""),
  )
  .map((value): Code => ({ kind: "atom", text: quote(value) }));
const constant = fc
  .constantFrom("12", "true", "false", "null")
  .map((value): Code => ({ kind: "atom", text: value }));

function call(callee: string, ...args: readonly fc.Arbitrary<Code>[]): fc.Arbitrary<Code> {
  return fc.tuple(...args).map((values): Code => ({ kind: "call", callee, args: values }));
}

function arrayOf(items: fc.Arbitrary<Code>, maxLength: number): fc.Arbitrary<Code> {
  return fc.array(items, { maxLength }).map((values): Code => ({ kind: "array", items: values }));
}

function objectOf(values: fc.Arbitrary<Code>, maxLength: number): fc.Arbitrary<Code> {
  return fc
    .tuple(
      fc.uniqueArray(fc.tuple(key, values), { maxLength, selector: ([name]) => name }),
      fc.boolean(),
    )
    .map(([entries, expanded]): Code => ({ kind: "object", entries, expanded }));
}

const bounds = fc
  .constantFrom("{ min: 1 }", "{ minLength: 2, maxLength: 80 }")
  .map((value): Code => ({
    kind: "object",
    entries: value
      .slice(2, -2)
      .split(", ")
      .map((entry) => {
        const [name = "", number = ""] = entry.split(": ");
        return [name, { kind: "atom", text: number }] as const;
      }),
    expanded: false,
  }));

/** Whatever a contract is made of, and combinations it never has. */
const { code } = fc.letrec<{ code: Code }>((tie) => ({
  code: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    call("answer.date"),
    call("z.literal", fc.oneof(text, constant)),
    call("z.enum", arrayOf(text, 9)),
    call("answer.text", bounds),
    call("answer.choices", arrayOf(text, 9), bounds),
    call("answer.optional", tie("code")),
    call("z.array", tie("code")),
    call("z.tuple", arrayOf(tie("code"), 3)),
    call("z.object", objectOf(tie("code"), 6)),
    call("z.union", arrayOf(call("z.strictObject", objectOf(tie("code"), 5)), 3)),
    call(
      "z.discriminatedUnion",
      text,
      arrayOf(call("z.strictObject", objectOf(tie("code"), 5)), 3),
    ),
  ),
}));

it("lays out any contract as oxfmt would", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "code-layout-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const flow = call("defineFlow", objectOf(code, 4));
  const sources = fc
    .sample(flow, { numRuns: 150, seed: 7 })
    .map((value) => `${layOut(value, "export const flow = ")};\n`);
  sources.forEach((source, index) => writeFileSync(path.join(folder, `${index}.ts`), source));

  execFileSync(process.execPath, [OXFMT, folder]);

  const formatted = readdirSync(folder).map((name) => [
    readFileSync(path.join(folder, name), "utf8"),
    sources[Number.parseInt(name, 10)],
  ]);
  expect(formatted).toHaveLength(150);
  for (const [byOxfmt, ours] of formatted) expect(ours).toBe(byOxfmt);
});
