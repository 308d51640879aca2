// The settings: every problem at once, as a start of the server would report them.

import { loadTls } from "../../app/tls.ts";
import { type Settings, SettingsError } from "../../app/settings.ts";
import { type Diagnosis, failed, passed } from "./diagnosis.ts";

const CHECK = "settings";

export type CheckedSettings = {
  /** `null` where they are not valid: there is nothing to go on with then. */
  readonly settings: Settings | null;
  readonly diagnoses: readonly Diagnosis[];
};

export async function checkSettings(load: () => Settings): Promise<CheckedSettings> {
  try {
    const settings = load();
    await loadTls(settings);
    return { settings, diagnoses: [passed(CHECK, `valid for ${settings.profile}`)] };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const diagnoses = error.problems.map(({ name, rule }) =>
      failed(CHECK, `${name}: ${rule}`, `correct ${name} in the environment`),
    );
    return { settings: null, diagnoses };
  }
}
