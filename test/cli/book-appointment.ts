// A server with the handlers that ship, and commands that find it.

import { fileURLToPath } from "node:url";
import {
  type Environment,
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
  /** The settings that commands find the server by. */
  readonly environment: Environment;
  /** Runs `flowpoint` with them. */
  readonly flowpoint: (...args: readonly string[]) => Promise<Finished>;
  readonly stop: () => Promise<void>;
}

export async function openShop(extra: Environment = {}): Promise<Shop> {
  const folder = await makeTemporaryFolder();
  const env = { HANDLERS_DIR, ...extra };
  const server = await spawnServer(folder.path, env);
  const environment = {
    ...SPAWNED_SECRETS,
    ...env,
    DATA_DIR: folder.path,
    PORT: new URL(server.url).port,
  };
  return {
    url: server.url,
    dataDir: folder.path,
    environment,
    flowpoint: (...args) => run(args, environment),
    stop: async () => {
      await server.stop();
      await folder.remove();
    },
  };
}
