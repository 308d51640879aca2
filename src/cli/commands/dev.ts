// flowpoint dev: the server, started anew whenever a file changes that it was made from.

import path from "node:path";
import { watch } from "chokidar";
import { Command } from "commander";
import { loadSettings } from "../../app/environment.ts";
import { RestartedServer } from "../dev/restarted-server.ts";
import { writeProgress } from "../output.ts";

const SOURCES = path.resolve(import.meta.dirname, "../..");

/** Editors write several files at once, or one in several steps. */
const SETTLE_MS = 100;

export function devCommand(): Command {
  return new Command("dev")
    .description("run the server, and again on every change")
    .action(async () => {
      const settings = loadSettings("files");
      const server = new RestartedServer(settings);
      const watcher = watch([SOURCES, settings.HANDLERS_DIR], {
        ignored: isIgnored,
        ignoreInitial: true,
        awaitWriteFinish: { stabilityThreshold: SETTLE_MS, pollInterval: SETTLE_MS / 2 },
      });
      watcher.on("all", (_event, file) => {
        writeProgress(`${path.relative(process.cwd(), file)} changed`);
        server.restart(file);
      });
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.on(signal, () => server.end(signal));
      }
      const status = await server.run();
      await watcher.close();
      process.exit(status);
    });
}

/** Contracts are written by the server itself, from the flow.json whose change has started it. */
function isIgnored(file: string): boolean {
  return file.endsWith(".gen.ts") || file.includes("node_modules");
}
