#!/usr/bin/env node
// Starts the command line on a Node that can run it. Plain JavaScript that any old Node understands; everything else is
// TypeScript, which the right Node runs as it is.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = [22, 19];

if (isOldNode(process.versions.node)) runOnBundledNode();
else await runHere();

async function runHere() {
  // Counts only before the first use of the thread pool, so before any other import: RSA runs there.
  // One thread for each processor, since more of them only take turns at RSA; and one for a name that nobody resolves.
  process.env.UV_THREADPOOL_SIZE ??= String(availableParallelism() + 1);
  // Later starts need not strip types and compile again.
  module.enableCompileCache();
  await import("../src/cli/main.ts");
}

function runOnBundledNode() {
  const node = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));
  if (!existsSync(node)) {
    process.stderr.write(
      `flowpoint needs Node ${OLDEST_NODE.join(".")} or later, this is ${process.versions.node}; run npm ci, or install a newer Node\n`,
    );
    process.exit(1);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function isOldNode(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}
