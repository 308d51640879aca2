// Who this server answers for: its keys, in use and watched, and its secrets.

import { availableParallelism } from "node:os";
import { groupUnwraps } from "../endpoint/grouped-unwraps.ts";
import type { Account } from "../protocol/account.ts";
import { createKeyRing } from "../protocol/key-ring.ts";
import type { Credentials } from "./credentials.ts";
import { ACCOUNT } from "./database-settings.ts";
import type { Given } from "./server-options.ts";
import { traceKeys } from "./telemetry/traced-parts.ts";
import type { Tracer } from "./telemetry/tracer.ts";
import { watchKeys } from "./watch-keys.ts";

/** Some for each thread of the pool, as `bin/flowpoint.js` sets their number: none is idle while the event loop is busy. */
export const UNWRAPS_AT_ONCE = 8 * Math.max(2, availableParallelism());

/** The rest keeps the threads busy while a group is taken up. */
const GROUP_OF_UNWRAPS = 0.75 * UNWRAPS_AT_ONCE;

export async function startAccount(
  { settings, log, lifecycle }: Given,
  { privateKeys, foundKeys, appSecrets, verifyToken }: Credentials,
  tracer: Tracer,
): Promise<Account> {
  const keyRing = await createKeyRing(privateKeys, { copies: UNWRAPS_AT_ONCE });
  const keys = traceKeys(keyRing, tracer);
  const stopKeyWatch = watchKeys({
    folder: settings.KEYS_DIR,
    passphrase: settings.WHATSAPP_PRIVATE_KEY_PASSPHRASE,
    found: foundKeys,
    keys,
    log,
  });
  lifecycle.add("key watch", stopKeyWatch);
  return { id: ACCOUNT, appSecrets, verifyToken, keys: groupUnwraps(keys, GROUP_OF_UNWRAPS) };
}
