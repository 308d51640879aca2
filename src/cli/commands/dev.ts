// flowpoint dev: the server, started anew whenever a file changes that it was made from.

import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { Command } from "commander";
import { loadSettings } from "../../app/environment.ts";

export function devCommand(): Command {
  return new Command("dev")
    .description("run the server, and again on every change")
    .action(async () => {
      const { HANDLERS_DIR } = loadSettings("files");
      const server = path.resolve(import.meta.dirname, "../../../bin/flowpoint.js");
      const source = path.resolve(import.meta.dirname, "../..");
      const child = spawn(
        process.execPath,
        [
          "--watch",
          `--watch-path=${source}`,
          `--watch-path=${HANDLERS_DIR}`,
          "--watch-preserve-output",
          server,
          "serve",
        ],
        { stdio: "inherit" },
      );
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.on(signal, () => child.kill(signal));
      }
      await once(child, "exit");
      process.exit(child.exitCode ?? 0);
    });
}
