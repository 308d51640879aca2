// Diagnoses for people: one line each, in columns, and the next step below what needs one.

import { styleText } from "node:util";
import type { Diagnosis } from "./diagnosis.ts";

const COLOURS = { ok: "green", warn: "yellow", fail: "red", skipped: "dim" } as const;
const STATE_WIDTH = "skipped".length;

/** With colour where `stream` is a terminal. */
export function formatDiagnoses(
  diagnoses: readonly Diagnosis[],
  stream: NodeJS.WritableStream,
): string {
  const checkWidth = Math.max(...diagnoses.map(({ check }) => check.length));
  const indent = " ".repeat(STATE_WIDTH + checkWidth + 4);
  return diagnoses
    .flatMap(({ check, state, detail, remedy }) => {
      const mark = styleText(COLOURS[state], state.padEnd(STATE_WIDTH), { stream });
      const line = `${mark}  ${check.padEnd(checkWidth)}  ${detail}`;
      if (remedy === "") return [line];
      return state === "skipped" ? [`${line}; ${remedy}`] : [line, `${indent}→ ${remedy}`];
    })
    .join("\n");
}
