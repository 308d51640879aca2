// The servers under measurement: development profile, embedded database, the flows of one folder, keys and secrets made
// for the occasion, and a rate limit that is not reached.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSecrets, type ServerSecrets } from "./secrets.ts";
import {
  type ProcessOptions,
  type ServerProcess,
  startServerProcess,
  withFolder,
} from "./server-process.ts";
import { createVisitMaker, type VisitMaker } from "./visits.ts";

const HANDLERS_DIR = new URL("handlers", import.meta.url);

export type EchoServerOptions = ProcessOptions & {
  readonly settings?: Readonly<Record<string, string>>;
  /** Default: the folder of the `echo` flow. */
  readonly handlersDir?: URL;
};

/** Runs `work` with a fresh server that has these secrets, and stops it afterwards. */
export async function withServer<T>(
  secrets: ServerSecrets,
  { settings = {}, handlersDir = HANDLERS_DIR, ...process }: EchoServerOptions,
  work: (server: ServerProcess) => Promise<T>,
): Promise<T> {
  return withFolder(async (folder) => {
    const environment = {
      DATA_DIR: folder,
      KEYS_DIR: join(folder, "keys"),
      HANDLERS_DIR: fileURLToPath(handlersDir),
      WHATSAPP_PRIVATE_KEY: secrets.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      WHATSAPP_APP_SECRET: secrets.appSecret,
      FLOW_TOKEN_SECRET: secrets.flowTokenSecret,
      RATE_LIMIT_PER_SECOND: "1000000",
      ...settings,
    };
    const server = await startServerProcess(environment, process);
    try {
      return await work(server);
    } finally {
      await server.stop();
    }
  });
}

/** Runs `work` with a fresh server, what makes visits to it, and its secrets. */
export async function withEchoServer<T>(
  options: EchoServerOptions,
  work: (server: ServerProcess, makeVisits: VisitMaker, secrets: ServerSecrets) => Promise<T>,
): Promise<T> {
  const secrets = createSecrets();
  return withServer(secrets, options, (server) => work(server, createVisitMaker(secrets), secrets));
}
