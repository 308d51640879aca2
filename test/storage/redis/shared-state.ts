// Instances that share their state through one real Redis, each with a way to it of its own, as two processes have.

import { createHash } from "node:crypto";
import { createMemories } from "../../../src/app/create-memories.ts";
import { ReplayMemory } from "../../../src/endpoint/replay-memory.ts";
import { parseSettings } from "../../../src/app/settings.ts";
import {
  buildServer,
  FLOW_TOKEN_SECRET,
  type ServerOptions,
  type TestServer,
} from "../../helpers/build-server.ts";
import { captureLog, type LogLine } from "../../helpers/capture-log.ts";
import type { SignedRequest } from "../../helpers/phone.ts";

export interface Instance {
  readonly server: TestServer;
  /** What it said about Redis. */
  readonly linkLog: readonly LogLine[];
  /** Resolves with the next line that says so, or with one that said so since the last time. */
  readonly logged: (text: string) => Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export type InstanceOptions = ServerOptions & {
  /** The first seals, any opens. */
  readonly flowTokenSecrets?: readonly string[];
  /** Default: so long that a busy machine is not taken for an absent Redis. */
  readonly callLimitMs?: number;
};

function elapsedMs(): number {
  return performance.now();
}

export async function startInstance(
  redisUrl: string,
  options: InstanceOptions = {},
): Promise<Instance> {
  const { log, lines } = captureLog();
  const { redis, replays, lastData } = await createMemories({
    settings: parseSettings({ ...options.settings, REDIS_URL: redisUrl }),
    flowTokenSecrets: options.flowTokenSecrets ?? [FLOW_TOKEN_SECRET],
    flows: new Map(),
    replays: new ReplayMemory({ elapsedMs }),
    elapsedMs,
    log,
    redisOptions: { callLimitMs: options.callLimitMs ?? 10_000 },
  });
  if (redis === null) throw new Error("REDIS_URL was not heeded");
  const parts = { replays, lastData, ...options.parts };
  const server = await buildServer({ ...options, redis, parts });
  return {
    server,
    linkLog: lines,
    logged: createWaiter(lines),
    async [Symbol.asyncDispose]() {
      await server.stop();
      await redis.stop();
    },
  };
}

/** Where Redis keeps what was answered to a request. */
export function keyOf(request: SignedRequest): string {
  return `flowpoint:answer:${createHash("sha256").update(request.body).digest("base64url")}`;
}

/** Looks again and again: the log of a test is an array. */
function createWaiter(lines: readonly LogLine[]): Instance["logged"] {
  let seen = 0;
  return async (text) => {
    for (;;) {
      const at = lines.findIndex(({ msg }, index) => index >= seen && msg.includes(text));
      if (at !== -1) {
        seen = at + 1;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
}
