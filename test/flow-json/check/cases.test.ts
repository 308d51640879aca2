import { describe, expect, it } from "vitest";
import { checkFlowJson } from "../../../src/flow-json/check/check-flow-json.ts";
import { codesAndPaths, readCases } from "./expected-cases.ts";

const CASES = readCases();

describe("the case files, as Meta's upload", () => {
  it.each(CASES)("$name", ({ text, expected }) => {
    const { findings } = checkFlowJson(text, { mode: "meta" });

    expect(codesAndPaths(findings)).toEqual(expected);
  });
});

describe("the case files, with every phase", () => {
  it("shows at least one finding of every case that Meta refuses", () => {
    const silent = CASES.filter(({ text, expected }) => {
      const found = codesAndPaths(checkFlowJson(text).findings);
      return expected.length > 0 && !expected.some((item) => found.includes(item));
    });

    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it("calls nothing an error of Meta's that Meta accepts", () => {
    const refused = CASES.filter(({ expected }) => expected.length === 0).flatMap(
      ({ name, text }) =>
        checkFlowJson(text)
          .findings.filter(({ source, severity }) => source === "meta" && severity === "error")
          .map(({ code }) => `${name}: ${code}`),
    );

    expect(refused).toEqual([]);
  });

  it("gives every finding a message and a hint of one line", () => {
    const findings = CASES.flatMap(({ text }) => checkFlowJson(text).findings);

    const wordless = findings.filter(
      ({ message, hint }) => !/^\S[^\n]*$/.test(message) || !/^\S[^\n]*$/.test(hint),
    );
    expect(wordless).toEqual([]);
  });

  it("gives findings in the order of the text", () => {
    for (const { text } of CASES) {
      const places = checkFlowJson(text).findings.map(
        ({ range }) => range.line * 1e6 + range.column,
      );

      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }
  });
});
