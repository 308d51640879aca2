import { describe, expect, it } from "vitest";
import { parseSource } from "./source.ts";

function imports(text: string): readonly string[] {
  return parseSource("x.ts", text).imports.map((one) => `${one.kind} ${one.specifier}`);
}

function uses(text: string): readonly string[] {
  return parseSource("x.ts", text).uses.map((use) => use.name);
}

describe("the imports of a file", () => {
  it.each([
    ['import a from "pkg";', "value pkg"],
    ['import * as a from "pkg";', "value pkg"],
    ['import "pkg";', "value pkg"],
    ['import {} from "pkg";', "value pkg"],
    ['import { a, type B } from "pkg";', "value pkg"],
    ['import { type B } from "pkg";', "type pkg"],
    ['import type { B } from "pkg";', "type pkg"],
    ['import type B from "pkg";', "type pkg"],
    ['export * from "pkg";', "value pkg"],
    ['export * as a from "pkg";', "value pkg"],
    ['export { a } from "pkg";', "value pkg"],
    ['export { type A } from "pkg";', "type pkg"],
    ['export type { A } from "pkg";', "type pkg"],
    ['export type * from "pkg";', "type pkg"],
    ['const a = await import("pkg");', "value pkg"],
    ['type A = import("pkg").A;', "type pkg"],
    ['import fs from "fs";', "value node:fs"],
    ['import fs from "node:fs/promises";', "value node:fs/promises"],
    ['import data from "./data.json" with { type: "json" };', "value ./data.json"],
  ])("include %s", (text, expected) => {
    expect(imports(text)).toEqual([expected]);
  });

  it.each([
    '// import a from "pkg";',
    '/** import("pkg") */',
    'const text = `import a from "pkg"`;',
    "export const a = 1; export { a as b };",
    "await import(path);",
  ])("do not include %s", (text) => {
    expect(imports(text)).toEqual([]);
  });

  it("carry the line they stand on", () => {
    const source = parseSource("x.ts", '// one\n\nimport {\n  a,\n} from "pkg";\n');

    expect(source.imports).toEqual([{ specifier: "pkg", kind: "value", line: 3 }]);
    expect(source.lines).toBe(5);
  });

  it("are read from JSX too", () => {
    const source = parseSource("x.tsx", 'import { a } from "pkg"; const b = <p>{a}</p>;');

    expect(source.imports).toHaveLength(1);
  });
});

describe("the globals a file touches", () => {
  it.each([
    ["process.env.HOME", "process.env"],
    ['process["env"]', "process.env"],
    ["globalThis.process.env", "process.env"],
    ["const { env } = process", "process.env"],
    ["const { env: mine } = process", "process.env"],
    ["Date.now()", "Date.now"],
    ["const now = Date.now", "Date.now"],
    ["new Date()", "new Date()"],
    ["new Date", "new Date()"],
    ["new Date(0)", "new Date(…)"],
    ["fetch(url)", "fetch()"],
  ])("%s is %s", (text, expected) => {
    expect(uses(text)).toContain(expected);
  });

  it.each(["// process.env", 'const text = "process.env"', "const a = { env: 1 }; a.env"])(
    "%s is no use of process.env",
    (text) => {
      expect(uses(text)).not.toContain("process.env");
    },
  );
});

it("names the file that does not parse", () => {
  expect(() => parseSource("src/broken.ts", "import from from")).toThrow(
    /^src\/broken\.ts does not parse/,
  );
});
