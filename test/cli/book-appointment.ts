// A server with the handlers that ship, and commands that find it.

import { fileURLToPath } from "node:url";
import {
  type Finished,
  makeTemporaryFolder,
  run,
  SPAWNED_SECRETS,
  spawnServer,
} from "../helpers/spawn-server.ts";

export const HANDLERS_DIR = fileURLToPath(new URL("../../handlers", import.meta.url));

export interface Shop {
  readonly url: string;
  readonly dataDir: string;
  /** Runs `flowpoint` with the server's settings. */
  readonly flowpoint: (...args: readonly string[]) => Promise<Finished>;
  readonly stop: () => Promise<void>;
}

export async function openShop(databaseUrl?: string): Promise<Shop> {
  const folder = await makeTemporaryFolder();
  const env = { HANDLERS_DIR, DATABASE_URL: databaseUrl };
  const server = await spawnServer(folder.path, env);
  return {
    url: server.url,
    dataDir: folder.path,
    flowpoint: (...args) =>
      run(args, {
        ...SPAWNED_SECRETS,
        ...env,
        DATA_DIR: folder.path,
        PORT: new URL(server.url).port,
      }),
    stop: async () => {
      await server.stop();
      await folder.remove();
    },
  };
}
