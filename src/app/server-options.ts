// What a server is started with.

import type { Logger } from "pino";
import { ReplayMemory, type ReplayMemoryOptions } from "../endpoint/replay-memory.ts";
import { LogLines } from "../player/log-lines.ts";
import { createNotificationStore } from "../storage/notification-store.ts";
import { createEffects } from "../storage/once.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { Settings } from "./settings.ts";
import { TraceIds } from "./telemetry/trace-ids.ts";

/** What keeps the promises about completions and repetition: stored before the 200, and each effect and answer once. */
export type Adapters = {
  readonly createNotificationStore: typeof createNotificationStore;
  readonly createEffects: typeof createEffects;
  readonly createReplayMemory: (options: ReplayMemoryOptions) => ReplayMemory;
};

/** What a server shares with the process around it. */
export type Surroundings = {
  /** Has every line of the log. */
  readonly lines: LogLines;
  /** Resolves when the public port may be taken. */
  readonly portIsFree: () => Promise<void>;
  /** Those that the log knows. */
  readonly traceIds: TraceIds;
};

export type ServerOptions = {
  readonly settings: Settings;
  readonly log: Logger;
  /** Gets every part that was started, and stops them. */
  readonly lifecycle: Lifecycle;
  /** Told when the server finds later on that it must not run, as beside a schema made for newer servers. */
  readonly onFatal: (error: unknown) => void;
  /** Others only where a promise or a limit is put to the test. */
  readonly adapters?: Partial<Adapters>;
  readonly surroundings?: Partial<Surroundings>;
};

/** The options, complete. */
export type Given = Required<Pick<ServerOptions, "settings" | "log" | "lifecycle" | "onFatal">> & {
  readonly adapters: Adapters;
  readonly surroundings: Surroundings;
};

export function completeOptions(options: ServerOptions): Given {
  return {
    ...options,
    adapters: {
      createNotificationStore,
      createEffects,
      createReplayMemory: (limits) => new ReplayMemory(limits),
      ...options.adapters,
    },
    surroundings: {
      lines: new LogLines(),
      portIsFree: async () => {},
      traceIds: new TraceIds(),
      ...options.surroundings,
    },
  };
}

export function isDevelopment({ profile }: Pick<Settings, "profile">): boolean {
  return profile === "development";
}
