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

/**
 * For each processor what keeps it busy for some 40 ms: so long an event loop may take that has much to refuse, and no
 * thread waits for it. More would only wait in the thread pool, where nothing else could come before them.
 */
export const UNWRAPS_AT_ONCE = 128 * availableParallelism();

/** Of each key. */
const COPIES = 8 * availableParallelism();

export async function startAccount(
  { settings, log, lifecycle }: Given,
  { privateKeys, foundKeys, appSecrets, verifyToken }: Credentials,
  tracer: Tracer,
): Promise<Account> {
  const keyRing = await createKeyRing(privateKeys, { copies: COPIES });
  const keys = traceKeys(keyRing, tracer);
  const stopKeyWatch = watchKeys({
    folder: settings.KEYS_DIR,
    passphrase: settings.WHATSAPP_PRIVATE_KEY_PASSPHRASE,
    found: foundKeys,
    keys,
    log,
  });
  lifecycle.add("key watch", stopKeyWatch);
  return { id: ACCOUNT, appSecrets, verifyToken, keys: groupUnwraps(keys) };
}
