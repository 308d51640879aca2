// The programs that tests run against for real, one entry each: what it is
// called, how it is found on this machine, which Debian packages bring it.
// Looks only; installing is install-parts.ts.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { findChromium } from "./find-chromium.ts";
import { findPostgres } from "./find-postgres.ts";
import { findRedis } from "./find-redis.ts";

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
  chromium: {
    title: "Chromium browser",
    find: findChromium,
    debianPackages: ["chromium", "fonts-dejavu-core"],
  },
  redis: {
    title: "Redis server",
    find: findRedis,
    debianPackages: ["redis-server"],
  },
  openssl: {
    title: "openssl command",
    find: findOpenssl,
    debianPackages: ["openssl"],
  },
  nginx: {
    title: "nginx",
    // Debian keeps it off the PATH of ordinary users.
    find: () => findProgram("nginx", ["/usr/sbin"]),
    debianPackages: ["nginx"],
  },
  promtool: {
    title: "promtool of Prometheus",
    find: () => findProgram("promtool", []),
    debianPackages: ["prometheus"],
  },
} as const satisfies Record<string, Part>;

function findOpenssl(): string | undefined {
  return spawnSync("openssl", ["version"], { stdio: "ignore" }).status === 0
    ? "openssl"
    : undefined;
}

function findProgram(name: string, elsewhere: readonly string[]): string | undefined {
  return [...(process.env["PATH"] ?? "").split(delimiter), ...elsewhere]
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((program) => existsSync(program));
}

export type PartName = keyof typeof PARTS;

/** The parts this machine lacks. */
export function missingParts(parts: Readonly<Record<string, Part>> = PARTS): readonly Part[] {
  return Object.values(parts).filter((part) => part.find() === undefined);
}
