// Does memory grow without end? The server remembers answers (64 MiB) and what it last showed to whom (32 MiB). When
// both are full, resident memory over many more exchanges must stay level but for one known thing: 10 minutes of
// request ids, some 100 bytes each, at most a million of them.

import { withEchoServer } from "./echo-server.ts";
import type { Figure } from "./figure.ts";
import { sendVisits } from "./load.ts";
import { residentBytesOf } from "./process-usage.ts";
import { slope } from "./statistics.ts";
import { VISIT_LENGTH } from "./visits.ts";

/** Makes answers of some 20 kB, so that the memories are full soon and the garbage collector does not rest for long. */
const SLOTS = "160";

/** Visits made at a time, so that they do not fill this process's own memory. */
const BATCH_VISITS = 480;

/** Many times what fills either memory with answers of that size, so that the heap has found its size too. */
const FILLING_BATCHES = 20;

const SAMPLES = 20;
const DEFAULT_EXCHANGES = 120_000;
const CONNECTIONS = 16;
const MEBIBYTE = 1024 * 1024;

/** @param exchanges how many to watch after the memories are full; over a million to see the ids level off too */
export async function measureMemory(
  note: (progress: string) => void,
  exchanges: number = DEFAULT_EXCHANGES,
): Promise<readonly Figure[]> {
  return withEchoServer({ BENCH_SLOTS: SLOTS }, async (server, makeVisits) => {
    const send = async (batches: number): Promise<void> => {
      for (let i = 0; i < batches; i += 1) {
        await sendVisits(server.url, await makeVisits(BATCH_VISITS, "leaves"), CONNECTIONS);
      }
    };
    const batches = Math.ceil(exchanges / SAMPLES / (BATCH_VISITS * VISIT_LENGTH));
    const exchangesPerSample = batches * BATCH_VISITS * VISIT_LENGTH;
    const atReady = residentBytesOf(server.pid);
    await send(FILLING_BATCHES);
    const points = [{ x: 0, y: residentBytesOf(server.pid) }];
    for (let i = 1; i <= SAMPLES; i += 1) {
      await send(batches);
      const point = { x: i * exchangesPerSample, y: residentBytesOf(server.pid) };
      points.push(point);
      note(`after ${point.x} exchanges: ${(point.y / MEBIBYTE).toFixed(0)} MiB resident`);
    }
    return [
      {
        key: "memory.ready",
        label: "resident memory when ready, database included",
        unit: "MiB",
        samples: [atReady / MEBIBYTE],
      },
      {
        key: "memory.resident",
        label: `when all is full, over ${SAMPLES * exchangesPerSample} exchanges`,
        unit: "MiB",
        samples: points.map(({ y }) => y / MEBIBYTE),
      },
      {
        key: "memory.slope",
        label: "growth of it per exchange",
        unit: "B",
        samples: [slope(points)],
      },
    ];
  });
}
