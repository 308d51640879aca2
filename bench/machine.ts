// Where and when figures were taken: without it they say nothing.

import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** One line: date, commit, Node, machine. */
export function describeRun(): string {
  const day = new Date().toISOString().slice(0, 10);
  const { node, openssl } = process.versions;
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  const model = cpus()[0]?.model ?? "unknown processor";
  return [
    day,
    `commit ${describeCommit()}`,
    `Node ${node} (OpenSSL ${openssl})`,
    `${availableParallelism()} × ${model}, ${gibibytes} GiB, ${type()} ${release()}`,
  ].join(" · ");
}

function describeCommit(): string {
  try {
    const git = (...args: readonly string[]): string =>
      execFileSync("git", args, { cwd: ROOT, encoding: "utf8", stdio: "pipe" }).trim();
    const isChanged = git("status", "--porcelain", "--untracked-files=no", "src", "bin") !== "";
    return git("rev-parse", "--short", "HEAD") + (isChanged ? " with changes" : "");
  } catch {
    // A copy without its history, or a machine without git.
    return "unknown";
  }
}
