// How long until a server is ready, on a first start, which makes keys, secrets and database, and afterwards?

import type { Figure } from "./figure.ts";
import { startServerProcess, withFolder } from "./server-process.ts";

const ROUNDS = 5;

/** Starts the server as `npm start` does, with the flows that ship, but for ports and data directory. */
export async function measureStart(note: (progress: string) => void): Promise<readonly Figure[]> {
  const first: number[] = [];
  const again: number[] = [];
  for (let i = 1; i <= ROUNDS; i += 1) {
    await withFolder(async (folder) => {
      first.push(await startOnce(folder));
      again.push(await startOnce(folder));
    });
    note(
      `start ${i} of ${ROUNDS}: ${first.at(-1)?.toFixed(2)} s, again ${again.at(-1)?.toFixed(2)} s`,
    );
  }
  return [
    { key: "start.first", label: "ready after a first start", unit: "s", samples: first },
    { key: "start.again", label: "ready after a later start", unit: "s", samples: again },
  ];
}

/** @returns seconds */
async function startOnce(dataDir: string): Promise<number> {
  const server = await startServerProcess({ DATA_DIR: dataDir });
  await server.stop();
  return server.readyAfterMs / 1000;
}
