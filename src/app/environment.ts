// The one file that reads `process.env`.

import { listKeyFiles } from "./load-keys.ts";
import { parseSettings, type Purpose, type Settings } from "./settings.ts";

/**
 * @param purpose  decides what must be set in production
 * @throws SettingsError with every problem found
 */
export function loadSettings(purpose: Purpose): Settings {
  const hasKeyFiles = listKeyFiles(process.env["KEYS_DIR"] ?? "keys").length > 0;
  return parseSettings(process.env, { purpose, hasKeyFiles });
}
