// flowpoint dev: the server, started anew whenever a file changes that it was made from.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { watch } from "chokidar";
import { Command } from "commander";
import { loadSettings } from "../../app/environment.ts";
import { writeProgress } from "../output.ts";

const CHECKOUT = path.resolve(import.meta.dirname, "../../..");

/** Editors write several files at once, or one in several steps. */
const SETTLE_MS = 100;

export function devCommand(): Command {
  return new Command("dev")
    .description("run the server, and again on every change")
    .action(async () => {
      const { HANDLERS_DIR } = loadSettings("files");
      const server = new RestartedServer();
      const watcher = watch([path.join(CHECKOUT, "src"), HANDLERS_DIR], {
        ignored: isIgnored,
        ignoreInitial: true,
        awaitWriteFinish: { stabilityThreshold: SETTLE_MS, pollInterval: SETTLE_MS / 2 },
      });
      watcher.on("all", (_event, file) => server.restart(path.relative(process.cwd(), file)));
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

/** A server that is replaced on request; at most one at a time, since they share a database. */
class RestartedServer {
  #child: ChildProcess | null = null;
  #changed = Promise.withResolvers<void>();
  #isEnding = false;

  /** @returns the exit status of the last server, once it was told to end */
  async run(): Promise<number> {
    for (;;) {
      const changed = this.#changed;
      const child = spawn(process.execPath, [path.join(CHECKOUT, "bin/flowpoint.js"), "serve"], {
        stdio: "inherit",
      });
      this.#child = child;
      const exited = once(child, "exit");
      await Promise.race([exited, changed.promise]);
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await exited;
      if (this.#isEnding) return child.exitCode ?? 1;
      // A server that does not start waits for what was wrong to be mended.
      await changed.promise;
      this.#changed = Promise.withResolvers();
    }
  }

  restart(file: string): void {
    writeProgress(`${file} changed`);
    this.#changed.resolve();
  }

  end(signal: NodeJS.Signals): void {
    this.#isEnding = true;
    this.#child?.kill(signal);
    this.#changed.resolve();
  }
}
