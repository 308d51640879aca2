// The one file that reads `process.env`.

import { parseSettings, type Settings } from "./settings.ts";

/** @throws SettingsError with every problem found */
export function loadSettings(): Settings {
  return parseSettings(process.env);
}
