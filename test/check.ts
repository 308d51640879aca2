// `npm run check`: what can be said of the code without running it. Runs every
// check, whatever the others say, and ends by naming those that failed.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const BIN = join(ROOT, "node_modules", ".bin");

type Check = { readonly name: string; readonly command: string; readonly args: readonly string[] };

const CHECKS: readonly Check[] = [
  { name: "format", command: "oxfmt", args: ["--check"] },
  { name: "lint", command: "oxlint", args: ["--type-aware", "--deny-warnings"] },
  { name: "types", command: "tsc", args: ["--noEmit", "--project", "."] },
  {
    name: "types of the player's page",
    command: "tsc",
    args: ["--noEmit", "--project", "src/player/client"],
  },
  {
    name: "generated files",
    command: "node",
    args: ["bin/flowpoint.js", "flows", "generate", "--check"],
  },
  { name: "architecture", command: "vitest", args: ["run", "test/architecture.test.ts"] },
];

/** Runs one check to its end; Ctrl-C and SIGTERM reach it first. */
async function passes({ command, args }: Check): Promise<boolean> {
  const child = spawn(command, args, {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, PATH: `${BIN}${delimiter}${process.env["PATH"] ?? ""}` },
  });
  const interrupted = (signal: NodeJS.Signals): void => {
    child.kill(signal);
    child.once("close", () => process.exit(128 + constants.signals[signal]));
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  const [status] = (await once(child, "close")) as [number | null];
  process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  return status === 0;
}

const failed: string[] = [];
for (const check of CHECKS) {
  console.log(`\n== ${check.name}: ${check.command} ${check.args.join(" ")}`);
  if (!(await passes(check))) failed.push(check.name);
}
console.log(failed.length === 0 ? "\nevery check passed" : `\nfailed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
