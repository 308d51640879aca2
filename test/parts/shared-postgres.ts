// The one Postgres server that all test files of a run share. It lives in
// vitest's main process, so that no test file's end takes it along, and starts
// when the first file asks: a run of pure tests never pays for it. Files ask
// over a socket, because each runs in a process of its own.

import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { removeWithUs } from "../helpers/end-with-us.ts";
import { startPostgres, type Postgres } from "../helpers/postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Socket that answers a connection with the shared server's URL, as JSON. */
    sharedPostgresSocket: string;
  }
}

/** One line of JSON, then the connection closes. */
export type SharedPostgresAnswer = { readonly url: string } | { readonly error: string };

/** vitest's global setup: returns the teardown. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let server: Promise<Postgres> | undefined;
  const answer = async (): Promise<SharedPostgresAnswer> => {
    try {
      // Its data is never asked to outlive the machine; tests of durability start their own.
      server ??= startPostgres({ durable: false });
      return { url: (await server).url };
    } catch (error) {
      return { error: String(error) };
    }
  };

  const folder = await mkdtemp(join(tmpdir(), "flowpoint-tests-"));
  const unwatch = removeWithUs(folder);
  const path = join(folder, "postgres.sock");
  const listener = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    void answer().then((reply) => socket.end(JSON.stringify(reply)));
  }).listen(path);
  await once(listener, "listening");
  project.provide("sharedPostgresSocket", path);

  return async () => {
    listener.close();
    await rm(folder, { recursive: true, force: true });
    unwatch();
    await (await server?.catch(() => undefined))?.stop();
  };
}
