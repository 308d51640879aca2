// The parts of a server that operations on its database work with.

import type { MediaStore } from "../../completions/ports.ts";
import type { HandlerModule } from "../../flows/load-handlers.ts";
import type { LoadedFlow } from "../../flows/loaded-flow.ts";
import type { Clock } from "../../flows/services.ts";
import type { Database } from "../../storage/database.ts";
import type { Queue } from "../../storage/queue.ts";

/** What operations work on: a server's own parts, or those that the command makes for itself. */
export type OperationContext = {
  readonly database: Database;
  readonly clock: Clock;
  /** Value of the account column. */
  readonly account: string;
  readonly media: MediaStore;
  /** Imported, started and run only when an operation asks; the same each time. */
  readonly modules: () => Promise<readonly HandlerModule[]>;
  readonly flows: () => Promise<readonly LoadedFlow[]>;
  readonly queue: () => Promise<Queue>;
};
