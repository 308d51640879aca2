// How many messages are under way with a flow, as far as this machine can tell.

import { existsSync } from "node:fs";
import path from "node:path";
import { createLogger } from "../app/telemetry/logger.ts";
import { runOperation } from "../app/operations/run-operation.ts";
import type { Settings } from "../app/settings.ts";
import { reasonOf } from "./explain-error.ts";

export type UnexpiredMessages = {
  readonly count: number;
  /** Why it may be more; `null` where it is sure. */
  readonly note: string | null;
};

/** Never throws: a plan is of use without a database. */
export async function countUnexpired(settings: Settings, flow: string): Promise<UnexpiredMessages> {
  // Opening an embedded database would make one.
  const isMissing =
    settings.DATABASE_URL === undefined && !existsSync(path.join(settings.DATA_DIR, "database"));
  if (isMissing) return { count: 0, note: "no database here knows of sent messages" };
  try {
    const { unexpired } = await runOperation(
      "sent-count",
      { flow },
      settings,
      createLogger("silent"),
    );
    return { count: unexpired, note: null };
  } catch (error) {
    return { count: 0, note: `the database cannot be asked: ${reasonOf(error)}` };
  }
}
