import { describe, expect, it } from "vitest";
import { checkFlowJson } from "../../../src/flow-json/check/check-flow-json.ts";
import { applyHint } from "./apply-hint.ts";
import { readCases } from "./expected-cases.ts";

const MAX_STEPS = 10;

function errorsOf(text: string) {
  return checkFlowJson(text).findings.filter(({ severity }) => severity === "error");
}

/** Obeys the first hint that can be obeyed without thinking, until nothing is left or nothing helps. */
function obeyHints(original: string): string {
  let text = original;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const next = errorsOf(text)
      .map((finding) => applyHint(text, finding))
      .find((changed) => changed !== null && changed !== text);
    if (next === undefined || next === null) return text;
    text = next;
  }
  return text;
}

describe("hints", () => {
  it("lead to a flow without errors when they are followed to the letter, in most cases", () => {
    const faulty = readCases().filter(({ text }) => errorsOf(text).length > 0);

    const clean = faulty.filter(({ text }) => errorsOf(obeyHints(text)).length === 0);

    expect(faulty.length).toBeGreaterThan(100);
    expect(clean.length / faulty.length).toBeGreaterThanOrEqual(0.6);
  });
});
