// Does memory grow without end? The server remembers answers, ids of requests and what it last showed to whom. When all
// three are full, memory in use over many more exchanges must stay level. Answers and ids are few here, so that this is
// seen within minutes (forgetful-server.ts).

import { availableParallelism } from "node:os";
import type { InUse } from "./collect-garbage.ts";
import { withEchoServer } from "./echo-server.ts";
import type { Figure } from "./figure.ts";
import { sendVisits } from "./load.ts";
import { residentBytesOf } from "./process-usage.ts";
import type { ServerProcess } from "./server-process.ts";
import { slope } from "./statistics.ts";
import { VISIT_LENGTH, type VisitMaker } from "./visits.ts";

/** Visits made at a time, so that they do not fill this process's own memory. */
const BATCH_VISITS = 480;
const BATCH_EXCHANGES = BATCH_VISITS * VISIT_LENGTH;

/** 76,800 exchanges of visits that never finish: more than what was last shown to them has room for. */
const FILLING_BATCHES = 40;

const SAMPLES = 10;
const DEFAULT_EXCHANGES = 1_000_000;
const CONNECTIONS = 16;
const MEBIBYTE = 1024 * 1024;

type Sample = {
  /** Since the memories were full. */
  readonly exchanges: number;
  readonly residentBytes: number;
  readonly inUseBytes: number;
};

/** @param exchanges how many to watch after the memories are full */
export async function measureMemory(
  note: (progress: string) => void,
  exchanges: number = DEFAULT_EXCHANGES,
): Promise<readonly Figure[]> {
  const preload = new URL("./collect-garbage.ts", import.meta.url);
  const watch = async (
    server: ServerProcess,
    makeVisits: VisitMaker,
  ): Promise<readonly Figure[]> => {
    const ready = await takeSample(server, 0);
    await sendBatches(server, makeVisits, FILLING_BATCHES);
    const samples = [await takeSample(server, 0)];
    const batches = Math.ceil(exchanges / SAMPLES / BATCH_EXCHANGES);
    for (let i = 1; i <= SAMPLES; i += 1) {
      await sendBatches(server, makeVisits, batches);
      const sample = await takeSample(server, i * batches * BATCH_EXCHANGES);
      samples.push(sample);
      note(describeSample(sample));
    }
    return figuresOf(ready, samples);
  };
  const program = new URL("./forgetful-server.ts", import.meta.url);
  // What bin/flowpoint.js sets.
  const settings = { UV_THREADPOOL_SIZE: String(availableParallelism() + 1) };
  return withEchoServer({ settings, preload, program }, watch);
}

async function sendBatches(
  server: ServerProcess,
  makeVisits: VisitMaker,
  batches: number,
): Promise<void> {
  for (let i = 0; i < batches; i += 1) {
    await sendVisits(server.url, await makeVisits(BATCH_VISITS, "leaves"), CONNECTIONS);
  }
}

async function takeSample(server: ServerProcess, exchanges: number): Promise<Sample> {
  const residentBytes = residentBytesOf(server.pid);
  // What collect-garbage.ts answers.
  const { heapBytes } = (await server.ask()) as InUse;
  return { exchanges, residentBytes, inUseBytes: heapBytes };
}

function describeSample({ exchanges, residentBytes, inUseBytes }: Sample): string {
  const [resident, inUse] = [residentBytes, inUseBytes].map((bytes) => bytes / MEBIBYTE);
  return `after ${exchanges} exchanges: ${inUse?.toFixed(1)} MiB in use, ${resident?.toFixed(0)} MiB resident`;
}

function figuresOf(ready: Sample, samples: readonly Sample[]): readonly Figure[] {
  const watched = samples.at(-1)?.exchanges;
  const points = samples.map(({ exchanges, inUseBytes }) => ({ x: exchanges, y: inUseBytes }));
  const residents = samples.map(({ residentBytes }) => residentBytes / MEBIBYTE);
  return [
    {
      key: "memory.slope",
      label: `growth of the heap in use, over ${watched} exchanges`,
      unit: "B/exchange",
      samples: [slope(points)],
    },
    {
      key: "memory.inUse",
      label: "heap in use then",
      unit: "MiB",
      samples: points.map(({ y }) => y / MEBIBYTE),
    },
    { key: "memory.resident", label: "resident memory then", unit: "MiB", samples: residents },
    {
      key: "memory.inUseReady",
      label: "heap in use when ready",
      unit: "MiB",
      samples: [ready.inUseBytes / MEBIBYTE],
    },
    {
      key: "memory.residentReady",
      label: "resident memory when ready, database included",
      unit: "MiB",
      samples: [ready.residentBytes / MEBIBYTE],
    },
  ];
}
