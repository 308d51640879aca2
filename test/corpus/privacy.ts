// Looks for what must never be told in everything a server told.

import { expect } from "vitest";

/** Fails for what {@link findLeaks} finds. */
export function assertNothingLeaked(...searched: Parameters<typeof findLeaks>): void {
  expect(findLeaks(...searched)).toEqual([]);
}

/**
 * @param told     texts by where they were found
 * @param secrets  values by what they are
 * @returns what leaked where; the values themselves stay out of the failure's message too
 */
export function findLeaks(
  told: Readonly<Record<string, string>>,
  secrets: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  return Object.entries(told).flatMap(([where, text]) =>
    Object.entries(secrets)
      .filter(([, values]) => values.some((value) => text.includes(value)))
      .map(([what]) => `${what} in ${where}`),
  );
}

/** The lines of a log that are no JSON: whatever strangers send, a log line is one JSON object. */
export function findForgedLines(log: string): readonly string[] {
  return log.split("\n").filter((line) => line !== "" && !isJson(line));
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    // JSON.parse throws for nothing but text that is no JSON.
    return false;
  }
}
