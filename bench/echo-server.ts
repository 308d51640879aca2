// The server under measurement: development profile, embedded database, the `echo` flow of handlers/, keys and secrets
// made for the occasion, and a rate limit that is not reached.

import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ServerProcess, startServerProcess, withFolder } from "./server-process.ts";
import { createVisitMaker, type VisitMaker } from "./visits.ts";

const HANDLERS_DIR = fileURLToPath(new URL("handlers", import.meta.url));

/** What a sender has to know of a server. */
export type ServerSecrets = {
  readonly publicKey: KeyObject;
  readonly appSecret: string;
  readonly flowTokenSecret: string;
};

/** Runs `work` with a fresh server, and stops it afterwards. `preload` is loaded into it first. */
export async function withEchoServer<T>(
  settings: Readonly<Record<string, string>>,
  work: (server: ServerProcess, makeVisits: VisitMaker) => Promise<T>,
  preload?: URL,
): Promise<T> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const secrets: ServerSecrets = {
    publicKey,
    appSecret: randomBytes(16).toString("hex"),
    flowTokenSecret: randomBytes(32).toString("base64url"),
  };
  return withFolder(async (folder) => {
    const environment = {
      DATA_DIR: folder,
      KEYS_DIR: join(folder, "keys"),
      HANDLERS_DIR,
      WHATSAPP_PRIVATE_KEY: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      WHATSAPP_APP_SECRET: secrets.appSecret,
      FLOW_TOKEN_SECRET: secrets.flowTokenSecret,
      RATE_LIMIT_PER_SECOND: "1000000",
      ...settings,
    };
    const server = await startServerProcess(environment, preload);
    try {
      return await work(server, createVisitMaker(secrets));
    } finally {
      await server.stop();
    }
  });
}
