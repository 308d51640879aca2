import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { findPostgres } from "./find-postgres.ts";

function folderWith(...programs: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "flowpoint-find-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const program of programs) writeFileSync(join(folder, program), "");
  return folder;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("findPostgres", () => {
  it("takes the folder on PATH that has both programs", () => {
    const [client, server] = [folderWith("psql"), folderWith("initdb", "postgres")];
    vi.stubEnv("PATH", `${client}::${server}`);

    expect(findPostgres()).toBe(server);
  });

  it("follows a link to the place where initdb lies", () => {
    const server = folderWith("initdb", "postgres");
    const linked = join(folderWith(), "bin");
    mkdirSync(linked);
    symlinkSync(join(server, "postgres"), join(linked, "postgres"));
    vi.stubEnv("PATH", linked);

    expect(findPostgres()).toBe(server);
  });

  it("passes over a server without initdb", () => {
    const half = folderWith("postgres");
    vi.stubEnv("PATH", half);

    expect(findPostgres()).not.toBe(half);
  });
});
