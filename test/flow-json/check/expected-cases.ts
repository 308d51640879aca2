// The case files: each breaks one rule, mostly, and `expected.json` says what Meta's upload should answer.

import { readFileSync } from "node:fs";
import { z } from "zod";

const FOLDER = new URL("../", import.meta.url);

const expectedSchema = z.record(
  z.string(),
  z.object({
    version: z.unknown(),
    errors: z.array(z.object({ code: z.string(), paths: z.array(z.string()) })),
  }),
);

export type Case = {
  readonly name: string;
  readonly text: string;
  /** `CODE at path`, one for each place, sorted; empty: accepted. */
  readonly expected: readonly string[];
};

export function readCases(): readonly Case[] {
  const expected = expectedSchema.parse(
    JSON.parse(readFileSync(new URL("expected.json", FOLDER), "utf8")),
  );
  return Object.entries(expected).map(([name, { errors }]) => ({
    name,
    text: readFileSync(new URL(`cases/${name}.json`, FOLDER), "utf8"),
    expected: distinct(
      errors.flatMap(({ code, paths }) => paths.map((path) => `${code} at ${path}`)),
    ),
  }));
}

export function codesAndPaths(
  findings: readonly { readonly code: string; readonly path: string }[],
): readonly string[] {
  return distinct(findings.map(({ code, path }) => `${code} at ${path}`));
}

function distinct(items: readonly string[]): readonly string[] {
  return [...new Set(items)].toSorted();
}
