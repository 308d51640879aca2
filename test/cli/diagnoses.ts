// What the doctor prints as JSON, by check.

import { expect } from "vitest";
import { z } from "zod";
import { type Environment, run } from "../helpers/spawn-server.ts";

const DIAGNOSES = z.array(
  z.strictObject({
    check: z.string().min(1),
    state: z.enum(["ok", "warn", "fail", "skipped"]),
    detail: z.string().min(1),
    remedy: z.string(),
  }),
);

export type Diagnoses = z.output<typeof DIAGNOSES>;

export interface Examination {
  readonly status: number | null;
  /** As printed. */
  readonly text: string;
  readonly all: Diagnoses;
  /** Names of the checks that failed. */
  readonly failed: readonly string[];
  /** The only diagnosis of that name. */
  readonly of: (check: string) => Diagnoses[number] | undefined;
}

export async function examine(env: Environment, ...args: readonly string[]): Promise<Examination> {
  const { status, stdout, stderr } = await run(["doctor", "--json", ...args], env);
  expect(stderr).toBe("");
  const all = DIAGNOSES.parse(JSON.parse(stdout));
  for (const { state, remedy } of all) {
    // Nobody is left alone with a problem.
    if (state === "fail" || state === "warn") expect(remedy).not.toBe("");
  }
  const failed = all.filter(({ state }) => state === "fail").map(({ check }) => check);
  expect(status).toBe(failed.length > 0 ? 1 : 0);
  return {
    status,
    text: stdout,
    all,
    failed,
    of: (check) => {
      const found = all.filter((diagnosis) => diagnosis.check === check);
      return found.length === 1 ? found[0] : undefined;
    },
  };
}
