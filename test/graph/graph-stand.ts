// The stand-in for the Graph API on a free port, with a client that does not wait between its attempts.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createGraphClient, type GraphClient } from "../../src/graph/client.ts";
import {
  createGraphServer,
  type FakeFault,
  type FakeStep,
  type GraphServer,
  type GraphServerOptions,
} from "../../src/graph/fake/graph-server.ts";

export const WABA_ID = "102290129340398";
export const NUMBER_ID = "106540352242922";
export const ACCESS_TOKEN = "EAAG-access-token-of-the-tests";

export const never: AbortSignal = new AbortController().signal;

export const clock = { now: () => new Date("2026-11-22T10:00:00.000Z") };

export type Stand = {
  readonly server: GraphServer;
  readonly client: GraphClient;
  readonly url: string;
  /** What the client would have waited, in order. */
  readonly waits: readonly number[];
};

/** Runs something beside a stand-in, which is gone afterwards. */
export async function withGraph<T>(
  options: Partial<GraphServerOptions>,
  use: (stand: Stand) => Promise<T>,
): Promise<T> {
  let expire: (() => void) | null = null;
  const server = createGraphServer({
    // An attempt that gets no answer has had its time at once.
    onSilence: () => expire?.(),
    wabaId: WABA_ID,
    phoneNumberIds: [NUMBER_ID],
    accessToken: ACCESS_TOKEN,
    clock,
    slowMs: 1,
    ...options,
  });
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  const waits: number[] = [];
  const client = createGraphClient(
    { url, version: "v25.0", accessToken: ACCESS_TOKEN },
    {
      wait: async (ms) => {
        waits.push(ms);
      },
      random: () => 1,
      deadline: () => {
        const attempt = new AbortController();
        expire = () => attempt.abort(new DOMException("too late", "TimeoutError"));
        return attempt.signal;
      },
    },
  );
  try {
    return await use({ server, client, url, waits });
  } finally {
    await server.close();
  }
}

type ChooseFault = (step: FakeStep) => FakeFault | null;

/** Faults that begin when a test says so. */
export class Trouble {
  #fault: FakeFault | null = null;
  #before = 0;
  #left = 0;

  readonly chooseFault: ChooseFault = () => {
    if (this.#fault === null) return null;
    this.#before -= 1;
    if (this.#before >= 0 || this.#left === 0) return null;
    this.#left -= 1;
    return this.#fault;
  };

  /** From the request of that number on, counted from 0 and from now; once, or at each until the end. */
  begin(place: number, fault: FakeFault, times: Times): void {
    this.#before = place;
    this.#left = times === "once" ? 1 : Number.POSITIVE_INFINITY;
    this.#fault = fault;
  }

  end(): void {
    this.#fault = null;
  }
}

export const TIMES = ["once", "until the run ends"] as const;

export type Times = (typeof TIMES)[number];

/** One fault at the first request of that name. */
export function faultOnce(name: string, fault: FakeFault): ChooseFault {
  let isDone = false;
  return (step) => {
    if (isDone || step.name !== name) return null;
    isDone = true;
    return fault;
  };
}

/** A folder for one test. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "flowpoint-graph-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
