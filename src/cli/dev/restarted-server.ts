// A server that is replaced on request; at most one at a time, since they share a database. The next one waits with its
// code loaded, which is a good part of a start. While there is none, pages of the player are told why.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Settings } from "../../app/settings.ts";
import type { PlayerProblem } from "../../player/api.ts";
import type { DevMessage, ServerMessage } from "./dev-messages.ts";
import { StandInServer } from "./stand-in-server.ts";

const COMMAND = path.resolve(import.meta.dirname, "../../../bin/flowpoint.js");

export class RestartedServer {
  readonly #handlersDir: string;
  readonly #standIn: StandInServer;
  #child: ChildProcess | null = null;
  /** Waits for its turn. */
  #next: ChildProcess | null = null;
  #changed = Promise.withResolvers<string | null>();
  #isEnding = false;

  constructor(settings: Settings) {
    this.#handlersDir = settings.HANDLERS_DIR;
    this.#standIn = new StandInServer(settings);
  }

  /** @returns the exit status of the last server, once it was told to end */
  async run(): Promise<number> {
    for (;;) {
      const changed = this.#changed.promise;
      const { child, problem } = this.#start();
      const exited = once(child, "exit");
      await Promise.race([exited, changed]);
      const isRunning = child.exitCode === null && child.signalCode === null;
      if (isRunning && !this.#isEnding) child.kill("SIGTERM");
      await exited;
      if (!isRunning && !this.#isEnding) {
        // It waits for what was wrong to be mended.
        this.#show(problem().file, problem());
      }
      const file = await changed;
      if (this.#isEnding) {
        this.#next?.kill();
        await this.#standIn.close();
        return child.exitCode ?? 1;
      }
      this.#changed = Promise.withResolvers();
      this.#show(file, null);
    }
  }

  /** @param file  that was saved; an absolute path */
  restart(file: string): void {
    if (!isBelow(file, this.#handlersDir)) {
      // The code that the next one has loaded is no longer the server's.
      this.#next?.kill();
      this.#next = null;
    }
    this.#changed.resolve(file);
  }

  end(signal: NodeJS.Signals): void {
    this.#isEnding = true;
    this.#child?.kill(signal);
    this.#changed.resolve(null);
  }

  #show(file: string | null, problem: PlayerProblem | null): void {
    const flow = file === null ? null : flowOf(file, this.#handlersDir);
    this.#standIn.show({ kind: "changed", flow, problem });
  }

  /** `problem` tells why it ended. */
  #start(): { readonly child: ChildProcess; readonly problem: () => PlayerProblem } {
    const child = this.#next?.connected === true ? this.#next : spawnServer();
    this.#child = child;
    this.#next = null;
    send(child, { kind: "start" });
    let problem: PlayerProblem | null = null;
    // Only serve-under-dev.ts writes to this channel.
    child.on("message", (message: ServerMessage) => {
      if (message.kind === "failed") problem = message.problem;
      else void this.#giveBackPort(child);
    });
    return { child, problem: () => problem ?? ENDED };
  }

  async #giveBackPort(child: ChildProcess): Promise<void> {
    await this.#standIn.close();
    send(child, { kind: "port-is-free" });
    // Not sooner: it would take time from the one that starts.
    if (!this.#isEnding) this.#next = spawnServer();
  }
}

function spawnServer(): ChildProcess {
  return spawn(process.execPath, [COMMAND, "serve", "--under-dev"], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
}

/** One that was told to end meanwhile needs no message. */
function send(child: ChildProcess, message: DevMessage): void {
  if (child.connected) child.send(message);
}

const ENDED: PlayerProblem = {
  message: "the server ended; it printed why",
  file: null,
  line: null,
  column: null,
};

/** `null` for a file of no flow. */
function flowOf(file: string, handlersDir: string): string | null {
  const [flow = "", ...rest] = path.relative(handlersDir, file).split(path.sep);
  return rest.length === 0 || !isBelow(file, handlersDir) ? null : flow;
}

function isBelow(file: string, folder: string): boolean {
  return path.relative(folder, file).split(path.sep)[0] !== "..";
}
