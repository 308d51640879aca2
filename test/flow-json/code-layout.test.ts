import { describe, expect, it } from "vitest";
import { type Code, layOut } from "../../src/flow-json/code-layout.ts";

const atom = (text: string): Code => ({ kind: "atom", text });
const array = (...items: readonly Code[]): Code => ({ kind: "array", items });
const call = (callee: string, ...args: readonly Code[]): Code => ({ kind: "call", callee, args });
const object = (entries: Readonly<Record<string, Code>>, expanded = false): Code => ({
  kind: "object",
  entries: Object.entries(entries),
  expanded,
});

const LONG_TEXT = '"a text that takes forty columns of a line"';
const long = atom(LONG_TEXT);

describe("the layout of generated code", () => {
  it("keeps on one line what fits", () => {
    const code = call(
      "z.object",
      object({ id: call("z.string"), none: object({}), list: array() }),
    );

    expect(layOut(code, "data: ")).toBe("data: z.object({ id: z.string(), none: {}, list: [] })");
  });

  it("breaks an object that does not fit, one entry a line", () => {
    expect(layOut(object({ one: long, two: long, three: atom("3") }), "")).toBe(
      ["{", `  one: ${LONG_TEXT},`, `  two: ${LONG_TEXT},`, "  three: 3,", "}"].join("\n"),
    );
  });

  it("breaks only the brackets that must be, and keeps a call's own on its line", () => {
    const union = call("z.union", atom('"key"'), array(object({ a: long }), object({ b: long })));

    expect(layOut(union, "")).toBe(
      ['z.union("key", [', `  { a: ${LONG_TEXT} },`, `  { b: ${LONG_TEXT} },`, "])"].join("\n"),
    );
  });

  it("counts what stands before it", () => {
    const short = object({ a: atom("1") });

    expect(layOut(short, "x".repeat(90))).toBe(`${"x".repeat(90)}{\n  a: 1,\n}`);
  });

  it("expands an object that asks for it, and with it whatever holds it", () => {
    const code = call("f", object({ inner: object({ a: atom("1") }, true) }));

    expect(layOut(code, "")).toBe("f({\n  inner: {\n    a: 1,\n  },\n})");
  });

  it("quotes the names of properties that are no identifiers", () => {
    expect(layOut(object({ "start-date": atom("1"), ok: atom("2") }), "")).toBe(
      '{ "start-date": 1, ok: 2 }',
    );
  });
});
