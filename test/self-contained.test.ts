// The project speaks of itself alone and keeps no secret: nothing in its files
// points at a place outside the checkout, and no key or `.env` is committed.

import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What only makes sense on the machine or in the plan where a line was written. */
const ELSEWHERE: readonly RegExp[] = [
  /(?<![\w.])\/(?:work|farm)\b(?!-)/i,
  /\bshared\//i,
  /\bissue #\d*/i,
  /\bclosing note/i,
  /\bfarm-(?:studio|bench)/i,
  /\.library\b/i,
];

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

/** `path:line: text` of every line that one of the patterns matches. */
function linesMatching(path: string, text: string, patterns: readonly RegExp[]): readonly string[] {
  return text
    .split("\n")
    .map((line, index) => ({ line, place: `${path}:${index + 1}` }))
    .filter(({ line }) => patterns.some((pattern) => pattern.test(line)))
    .map(({ line, place }) => `${place}: ${line.trim().slice(0, 120)}`);
}

describe("the project's files", () => {
  const files = projectFiles();
  // Hashes in the lockfile may spell anything.
  const prose = files.filter(
    (path) => path !== "package-lock.json" && path !== "test/self-contained.test.ts",
  );
  const texts = prose.map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));

  it("are found", () => {
    expect(files).toContain("package.json");
  });

  it("point at nothing outside the project", () => {
    const findings = texts.flatMap(({ path, text }) => linesMatching(path, text, ELSEWHERE));

    expect(findings).toEqual([]);
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

describe("what points elsewhere", () => {
  it.each([
    "see /work/main/x.ts",
    '"/farm/x"',
    "read shared/design.md",
    "fixes issue #12",
    "see the closing note",
  ])("is found in: %s", (line) => {
    expect(linesMatching("a.md", line, ELSEWHERE)).toEqual([`a.md:1: ${line}`]);
  });

  it.each(["client/work-queue.ts", "the framework/working copy", "a shared secret", "issues/12"])(
    "is not found in: %s",
    (line) => {
      expect(linesMatching("a.md", line, ELSEWHERE)).toEqual([]);
    },
  );

  it("includes a key, and not the mere mention of one", () => {
    const body = "A".repeat(64);
    const mark = "-----BEGIN PRIVATE KEY-----";

    expect(PRIVATE_KEY.test(`${mark}\n${body}`)).toBe(true);
    expect(PRIVATE_KEY.test(`${mark}\\n…`)).toBe(false);
  });
});
