// The flow that the first users published as an example, and what is wrong with it.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkFlowJson } from "../../../src/flow-json/check/check-flow-json.ts";
import { fixFlowJson } from "../../../src/flow-json/check/fix-flow-json.ts";
import { codesAndPaths } from "./expected-cases.ts";

function readFlow(name: string): string {
  return readFileSync(new URL(`../flows/${name}.json`, import.meta.url), "utf8");
}

const SEED = readFlow("seed-appointment-6.1");

function errorsOf(text: string): readonly string[] {
  return codesAndPaths(checkFlowJson(text).findings.filter(({ severity }) => severity === "error"));
}

describe("the appointment flow of version 6.1", () => {
  it("has one fault that Meta's upload names", () => {
    expect(codesAndPaths(checkFlowJson(SEED, { mode: "meta" }).findings)).toEqual([
      "PATTERN_MISMATCH at screens[0].id",
    ]);
  });

  it("has the others all the same", () => {
    const payload = "screens[1].layout.children[1].on-click-action.payload";

    expect(errorsOf(SEED)).toEqual([
      "INVALID_DATE_RANGE at screens[0].layout.children[3].max-date",
      "INVALID_DATE_RANGE at screens[0].layout.children[3].min-date",
      `NOT_A_BINDING at ${payload}.full_name`,
      `NOT_A_BINDING at ${payload}.preferred_date`,
      `NOT_A_BINDING at ${payload}.service_type`,
      "PATTERN_MISMATCH at screens[0].id",
    ]);
  });

  it("is clean when the fixes are written and the dates, as the hints say, are dates", () => {
    const { text } = fixFlowJson(SEED);
    const dated = text.replace('"today"', '"2026-12-01"').replace('"+30d"', '"2026-12-31"');

    expect(errorsOf(dated)).toEqual([]);
    expect(checkFlowJson(dated, { mode: "meta" }).findings).toEqual([]);
  });

  it("is refused by 7.3 for what it hands to a screen without data, too", () => {
    expect(errorsOf(SEED.replace('"6.1"', '"7.3"'))).toContain(
      "INVALID_NAVIGATE_ACTION_PAYLOAD at screens[0].layout.children[4].on-click-action.payload",
    );
  });

  it.each(["seed-appointment-fixed-6.1", "seed-appointment-fixed-7.3"])(
    "has a corrected form without errors: %s",
    (name) => {
      expect(errorsOf(readFlow(name))).toEqual([]);
      expect(checkFlowJson(readFlow(name), { mode: "meta" }).findings).toEqual([]);
    },
  );
});
