// The project keeps no secret: no key and no environment file is committed.

import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const PRIVATE_KEY = /-----BEGIN (?:RSA |EC |ENCRYPTED )?PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}/;

/** Whatever git tracks or would add; `git` is asked as the owner of the checkout, whoever runs the tests. */
function projectFiles(): readonly string[] {
  const listed = execFileSync(
    "git",
    ["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    { cwd: ROOT, encoding: "utf8" },
  );
  return listed.split("\0").filter((path) => path !== "" && isFile(path));
}

/** A file deleted but not yet committed is still listed. */
function isFile(path: string): boolean {
  return statSync(join(ROOT, path), { throwIfNoEntry: false })?.isFile() ?? false;
}

describe("the project's files", () => {
  const files = projectFiles();
  const texts = files.map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));

  it("are found", () => {
    expect(files).toContain("package.json");
  });

  it("hold no private key but those that tests made for themselves", () => {
    const findings = texts
      .filter(({ path }) => !path.startsWith("test/"))
      .filter(({ text }) => PRIVATE_KEY.test(text))
      .map(({ path }) => path);

    expect(findings).toEqual([]);
  });

  it("hold nothing in keys/ but its README and .gitignore", () => {
    const kept = files.filter((path) => path.startsWith("keys/"));

    expect(kept.filter((path) => !["keys/README.md", "keys/.gitignore"].includes(path))).toEqual(
      [],
    );
  });

  it("hold no environment file", () => {
    expect(files.filter((path) => /(?:^|\/)\.env(?:\.|$)/.test(path))).toEqual([]);
  });
});

describe("a private key", () => {
  it("is told from the mere mention of one", () => {
    const body = "A".repeat(64);
    const mark = "-----BEGIN PRIVATE KEY-----";

    expect(PRIVATE_KEY.test(`${mark}\n${body}`)).toBe(true);
    expect(PRIVATE_KEY.test(`${mark}\\n…`)).toBe(false);
  });
});
