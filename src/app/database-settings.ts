// Which database, and whose rows in it: the same for the server and for commands.

import type { DatabaseSettings } from "../storage/database.ts";
import type { Settings } from "./settings.ts";

/** The account column's value while there is one account. */
export const ACCOUNT = "main";

export function databaseSettings(settings: Settings): DatabaseSettings {
  return settings.DATABASE_URL === undefined
    ? { kind: "embedded", dataDir: settings.DATA_DIR }
    : {
        kind: "postgres",
        url: settings.DATABASE_URL.reveal(),
        poolMax: settings.DATABASE_POOL_MAX,
      };
}
