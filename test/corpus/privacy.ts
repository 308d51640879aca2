// Looks for what must never be told in everything a server told.

import { expect } from "vitest";

/** @param secrets  by a name for the failure's message, which must not hold them either */
export function assertNothingLeaked(
  told: Readonly<Record<string, string>>,
  secrets: Readonly<Record<string, readonly string[]>>,
): void {
  const leaks = Object.entries(told).flatMap(([where, text]) =>
    Object.entries(secrets)
      .filter(([, values]) => values.some((value) => text.includes(value)))
      .map(([what]) => `${what} in ${where}`),
  );
  expect(leaks).toEqual([]);
}

/** Every line that is not part of the greeting is one JSON object, whatever strangers put into their requests. */
export function assertLogLines(log: string): void {
  const lines = log.split("\n").filter((line) => line !== "");
  for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
}
