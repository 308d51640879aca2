// The programs that tests run against for real, one entry each: what it is
// called, how it is found on this machine, which Debian packages bring it.
// Looks only; installing is install-parts.ts.

import { spawnSync } from "node:child_process";
import { findPostgres } from "./find-postgres.ts";

/** A program outside the project that some tests need. */
export type Part = {
  /** What the end of the test run calls it. */
  readonly title: string;
  /** The path by which tests use it, or `undefined` where the machine lacks it. */
  readonly find: () => string | undefined;
  readonly debianPackages: readonly string[];
};

export const PARTS = {
  postgres: {
    title: "Postgres server",
    find: findPostgres,
    debianPackages: ["postgresql"],
  },
  openssl: {
    title: "openssl command",
    find: findOpenssl,
    debianPackages: ["openssl"],
  },
} as const satisfies Record<string, Part>;

function findOpenssl(): string | undefined {
  return spawnSync("openssl", ["version"], { stdio: "ignore" }).status === 0
    ? "openssl"
    : undefined;
}

export type PartName = keyof typeof PARTS;

/** The parts this machine lacks. */
export function missingParts(parts: Readonly<Record<string, Part>> = PARTS): readonly Part[] {
  return Object.values(parts).filter((part) => part.find() === undefined);
}
