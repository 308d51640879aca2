import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { indexJson } from "../../src/flow-json/index-json.ts";
import type { JsonRange } from "../../src/flow-json/json-source.ts";
import type { JsonPath, JsonValue } from "../../src/flow-json/json-value.ts";

function index(text: string) {
  const indexed = indexJson(text);
  if (indexed.kind !== "json") throw new Error(indexed.problem);
  return indexed;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function pathsOf(value: JsonValue, path: JsonPath = []): readonly JsonPath[] {
  if (typeof value !== "object" || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, entry]) =>
      pathsOf(entry, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

function valueAt(value: JsonValue, path: JsonPath): unknown {
  return path.reduce<unknown>((at, key) => Reflect.get(Object(at), key), value);
}

function offsetOf(lines: readonly string[], line: number, column: number): number {
  return lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0) + column - 1;
}

function textAt(text: string, { line, column, endLine, endColumn }: JsonRange): string {
  const lines = text.split("\n");
  return text.slice(offsetOf(lines, line, column), offsetOf(lines, endLine, endColumn));
}

const ORIGINAL = ' {"a": [1, -2.5e3, "x\\u00e9\\n", true, null, []], "b": {"c": "", "a": {}}}\n';

describe("indexJson", () => {
  it("accepts exactly what JSON.parse accepts, one character changed anywhere", () => {
    const characters = [
      '"',
      "\\",
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      "0",
      "-",
      ".",
      "e",
      " ",
      "\t",
      "\u00a0",
      "\u0001",
      "'",
      "\ufeff",
    ];
    const texts = Array.from({ length: ORIGINAL.length + 1 }, (_, at) => [
      ORIGINAL.slice(0, at),
      ...characters.flatMap((character) => [
        ORIGINAL.slice(0, at) + character + ORIGINAL.slice(at),
        ORIGINAL.slice(0, at) + character + ORIGINAL.slice(at + 1),
      ]),
    ]).flat();

    const disagreements = texts.filter(
      (text) => isJson(text) !== (indexJson(text).kind === "json"),
    );

    expect(disagreements).toEqual([]);
  });

  it("accepts exactly what JSON.parse accepts, made up at random", () => {
    const piece = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"a"',
      '"',
      "1",
      "-",
      "0.5",
      "true",
      "nul",
      "null",
      " ",
      "\n",
      "\\u0041",
    );

    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join("");
        expect(indexJson(text).kind === "json").toBe(isJson(text));
      }),
    );
  });

  it("gives every value and every key the place where it stands", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(0, 1, 2), (compact, indent) => {
        fc.pre(!compact.includes("__proto__"));
        const text = JSON.stringify(JSON.parse(compact), null, indent);
        const { source } = index(text);
        const lines = text.split("\n");

        expect(source.value).toEqual(JSON.parse(text));
        let last = -1;
        for (const path of pathsOf(source.value)) {
          const range = source.locate(path);
          expect(JSON.parse(textAt(text, range))).toEqual(valueAt(source.value, path));
          // Of equal values each has a place of its own, in the order of the text.
          const offset = offsetOf(lines, range.line, range.column);
          expect(offset).toBeGreaterThan(last);
          last = offset;

          const key = path.at(-1);
          if (typeof key !== "string") continue;
          const keyRange = source.locate(path, "key");
          expect(JSON.parse(textAt(text, keyRange))).toBe(key);
          const between = text.slice(
            offsetOf(lines, keyRange.endLine, keyRange.endColumn),
            offsetOf(lines, range.line, range.column),
          );
          expect(between.trim()).toBe(":");
        }
      }),
    );
  });

  it("answers for a path that leads nowhere with the nearest value there is", () => {
    const { source } = index(ORIGINAL);

    expect(source.locate(["b", "x", 3])).toEqual(source.locate(["b"]));
    expect(source.locate(["a", 99])).toEqual(source.locate(["a"]));
    expect(source.locate(["a", "length"])).toEqual(source.locate(["a"]));
  });

  it("finds the value that JSON.parse keeps of a key written twice, and says so", () => {
    const { source, keyProblems } = index('{"a": {"k": 1,\n "\\u006b": 2}}');

    expect(source.value).toEqual({ a: { k: 2 } });
    expect(source.locate(["a", "k"])).toMatchObject({ line: 2, column: 12 });
    expect(keyProblems).toEqual([
      {
        kind: "duplicate",
        path: ["a", "k"],
        range: { line: 2, column: 2, endLine: 2, endColumn: 10 },
      },
    ]);
  });

  it("points at keys named __proto__, in arrays too", () => {
    expect(index('{"a": [0, {"__proto__": 1}]}').keyProblems).toMatchObject([
      { kind: "proto", path: ["a", 1, "__proto__"], range: { line: 1, column: 12 } },
    ]);
  });

  it("finds a key named __proto__ behind any number of keys written twice", () => {
    const twice = '"a": 0, '.repeat(1_000);

    const { keyProblems } = index(`{${twice}"__proto__": 1}`);

    expect(keyProblems).toHaveLength(101);
    expect(keyProblems.at(-1)).toMatchObject({ kind: "proto", path: ["__proto__"] });
  });

  it.each([
    ["", 1, 1, "ends too early"],
    ['{"a": 1,}', 1, 9, "comma"],
    ['{\n  "a" 1}', 2, 7, "colon"],
    ["{a: 1}", 1, 2, "double quotes"],
    ['["a\nb"]', 1, 4, "control character"],
    ['["a', 1, 2, "closing quote"],
    ['["\\x"]', 1, 3, "escape"],
    ["[] []", 1, 4, "after the end"],
    ["[01]", 1, 3, "comma"],
  ])("says where %j stops being JSON", (text, line, column, problem) => {
    expect(indexJson(text)).toMatchObject({
      kind: "broken",
      range: { line, column },
      problem: expect.stringContaining(problem),
    });
  });

  it.each(["[", '{"a":'])("refuses a hundred thousand levels of %s", (opening) => {
    expect(indexJson(opening.repeat(100_000))).toMatchObject({
      kind: "excessive",
      problem: expect.stringContaining("levels of nesting"),
    });
  });
});
