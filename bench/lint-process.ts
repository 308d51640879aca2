// One process that lints, tells what that cost, and ends.

import { readdirSync, readFileSync } from "node:fs";
import { checkFlowJson } from "../src/flow-json/check/check-flow-json.ts";

/** In milliseconds of processor time. */
export type LintTimes = {
  /** A flow of a hundred screens, as the first thing that the process does. */
  readonly firstMs: number;
  readonly againMs: number;
  /** All of the case files, one after another. */
  readonly casesMs: number;
  readonly cases: number;
};

const CASES = new URL("../test/flow-json/cases/", import.meta.url);
const SCREENS = 100;
const INPUTS = 40;

function largeFlow(): string {
  return JSON.stringify({
    version: "7.3",
    data_api_version: "3.0",
    routing_model: Object.fromEntries(
      each(SCREENS, (index) => [id(index), isLast(index) ? [] : [id(index + 1)]]),
    ),
    screens: each(SCREENS, (index) => ({
      id: id(index),
      title: `Screen ${index}`,
      ...(isLast(index) ? { terminal: true } : {}),
      data: Object.fromEntries(
        each(5, (entry) => [`hint${entry}`, { type: "string", __example__: "A hint" }]),
      ),
      layout: {
        type: "SingleColumnLayout",
        children: [
          ...each(INPUTS, (input) => ({
            type: "TextInput",
            name: `input${input}`,
            label: `Input ${input}`,
            required: true,
            "helper-text": `\${data.hint${input % 5}}`,
          })),
          {
            type: "Footer",
            label: "Continue",
            "on-click-action": {
              name: "data_exchange",
              payload: Object.fromEntries(
                each(INPUTS, (input) => [`input${input}`, `\${form.input${input}}`]),
              ),
            },
          },
        ],
      },
    })),
  });
}

function id(index: number): string {
  return `SCREEN_${String.fromCharCode(65 + Math.floor(index / 26), 65 + (index % 26))}`;
}

function isLast(index: number): boolean {
  return index === SCREENS - 1;
}

function each<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** @returns the processor time it took, of all threads */
function lint(texts: readonly string[]): number {
  const before = process.cpuUsage();
  for (const text of texts) checkFlowJson(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const large = [largeFlow()];
const cases = readdirSync(CASES).map((name) => readFileSync(new URL(name, CASES), "utf8"));
const firstMs = lint(large);
const againMs = lint(large);
const casesMs = lint(cases);
process.send?.({ firstMs, againMs, casesMs, cases: cases.length } satisfies LintTimes);
