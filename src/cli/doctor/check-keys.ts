// The private keys: every file of KEYS_DIR opens, and so does what the environment gives.

import { stat } from "node:fs/promises";
import { type Credentials, loadCredentials } from "../../app/credentials.ts";
import { parseKeyFile, readKeyFiles } from "../../app/load-keys.ts";
import { type Settings, SettingsError } from "../../app/settings.ts";
import { KeyError } from "../../protocol/private-key.ts";
import { reasonOf } from "../explain-error.ts";
import { type Diagnosis, failedWith, passed, warned } from "./diagnosis.ts";

const CHECK = "keys";
const REMEDY = "replace the file, or make a new pair with: flowpoint keys generate";

export type CheckedKeys = {
  readonly credentials: Credentials | null;
  readonly diagnoses: readonly Diagnosis[];
};

export async function checkKeys(settings: Settings): Promise<CheckedKeys> {
  const { bad, exposed } = await readFolder(settings);
  if (bad.length > 0) return { credentials: null, diagnoses: [...bad, ...exposed] };
  try {
    const credentials = await loadCredentials(settings);
    const { generated, privateKeys } = credentials;
    const made = generated.length === 0 ? "" : `; made up for development: ${generated.join(", ")}`;
    const number =
      privateKeys.length === 1 ? "1 private key" : `${privateKeys.length} private keys`;
    return { credentials, diagnoses: [passed(CHECK, `${number}, tried out${made}`), ...exposed] };
  } catch (error) {
    return { credentials: null, diagnoses: [describe(error), ...exposed] };
  }
}

async function readFolder(settings: Settings): Promise<{
  readonly bad: readonly Diagnosis[];
  readonly exposed: readonly Diagnosis[];
}> {
  const passphrase = settings.WHATSAPP_PRIVATE_KEY_PASSPHRASE?.reveal();
  const bad: Diagnosis[] = [];
  const exposed: Diagnosis[] = [];
  try {
    for (const [file, bytes] of await readKeyFiles(settings.KEYS_DIR)) {
      try {
        const holdsPrivate = parseKeyFile(file, bytes, passphrase).length > 0;
        if (holdsPrivate && (await isOpenToOthers(file))) {
          exposed.push(
            warned(CHECK, `every user of this machine can read ${file}`, `chmod o-rwx ${file}`),
          );
        }
      } catch (error) {
        bad.push(describe(error));
      }
    }
  } catch (error) {
    bad.push(failedWith(CHECK, `KEYS_DIR cannot be read: ${reasonOf(error)}`, "see its mode"));
  }
  return { bad, exposed };
}

async function isOpenToOthers(file: string): Promise<boolean> {
  return ((await stat(file)).mode & 0o004) !== 0;
}

function describe(error: unknown): Diagnosis {
  if (error instanceof KeyError && error.code.startsWith("PASSPHRASE_")) {
    return failedWith(CHECK, `${error.message}, in WHATSAPP_PRIVATE_KEY_PASSPHRASE`, REMEDY);
  }
  if (error instanceof SettingsError) {
    const [problem] = error.problems;
    return failedWith(CHECK, `${problem?.name}: ${problem?.rule}`, REMEDY);
  }
  return failedWith(CHECK, reasonOf(error), REMEDY);
}
