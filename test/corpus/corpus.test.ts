// The corpus itself: complete, and written in words that its interpreter knows. A misspelt word would leave a case
// sending a plain ping.

import { describe, expect, it } from "vitest";
import { CORPUS } from "./corpus-case.ts";
import { findForgedLines, findLeaks } from "./privacy.ts";

/** How many cases each family numbers; letters after a number tell its variants apart. */
const FAMILIES = { T: 38, S: 21, V: 22, R: 28, G: 18, J: 26, A: 24, X: 6 };

const WORDS = {
  build: [
    "before",
    "clear",
    "encryption",
    "bytes",
    "spelling",
    "envelope",
    "body",
    "signature",
    "afterSigning",
    "http",
    "raw",
    "idleConnections",
    "repeat",
    "fault",
  ],
  expect: [
    "status",
    "answers",
    "clear",
    "sameAs",
    "distinctBodies",
    "distinctTitles",
    "runs",
    "polluted",
    "quiet",
  ],
};

/** Every placeholder that the interpreter fills in. */
const PLACEHOLDERS =
  /\{(canary|post|headers|length|body|hex|HEX|hex:63|envelope|envelope:-1|members)\}/g;

describe("the corpus", () => {
  it("names every case once", () => {
    const ids = CORPUS.map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(Object.entries(FAMILIES))("has all cases of family %s", (family, count) => {
    const numbers = new Set(
      CORPUS.filter(({ id }) => id.startsWith(`${family}-`)).map(({ id }) =>
        parseInt(id.slice(2), 10),
      ),
    );

    expect([...numbers].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: count }, (_, at) => at + 1),
    );
  });

  it.each(CORPUS)("$id is written in words that are known", ({ build, expect: expected }) => {
    expect(WORDS.build).toEqual(expect.arrayContaining(Object.keys(build)));
    expect(WORDS.expect).toEqual(expect.arrayContaining(Object.keys(expected)));
    expect(expected.status ?? expected.answers).toBeDefined();
    expect(JSON.stringify(build).replaceAll(PLACEHOLDERS, "")).not.toMatch(
      /\{[A-Za-z]+(:-?\d+)?\}/,
    );
  });
});

describe("the search for leaks", () => {
  it("names what was found where, and nothing else", () => {
    const told = { "the log": "a CANARY", "the metrics": "KEY2", "the answer": "all is well" };
    const secrets = { answers: ["CANARY"], keys: ["KEY1", "KEY2"] };

    expect(findLeaks(told, secrets)).toEqual(["answers in the log", "keys in the metrics"]);
  });

  it("finds a line that is no JSON", () => {
    expect(findForgedLines('{"level":"info"}\nforged\n{}\n')).toEqual(["forged"]);
  });
});
