// Holds the private keys in memory and unwraps AES keys with them, off the event loop. Nothing in an
// envelope names the key it was made for, so all of them are tried, the last successful one first.

import { webcrypto } from "node:crypto";

import type { KeyUnwrapper } from "./envelope.ts";
import type { PrivateKey } from "./private-key.ts";

export interface KeyRing extends KeyUnwrapper {
  /** Fingerprints of the keys in use, in the order given, each once. */
  readonly fingerprints: readonly string[];
  /** Puts other keys in use. Unwraps already under way finish with the old ones. */
  replace(keys: readonly PrivateKey[]): Promise<void>;
}

/** One imported copy of every key. */
type KeySet = ReadonlyMap<string, webcrypto.CryptoKey>;

const OAEP = { name: "RSA-OAEP", hash: "SHA-256" } as const; // the hash serves MGF1 as well
const AES_KEY_BYTES = 16;

/**
 * Imports the keys for use on the request path.
 *
 * Node guards an imported key with one lock, so unwraps on the same import run one after another
 * however many threads there are; hence several copies of each key, which take turns.
 *
 * @param options.copies copies of each key (default 16); several times as many as there are threads, so that two
 *   threads seldom meet at one
 */
export async function createKeyRing(
  keys: readonly PrivateKey[],
  { copies = 16 }: { readonly copies?: number } = {},
): Promise<KeyRing> {
  let fingerprints: readonly string[];
  let sets: readonly KeySet[];
  let turn = 0;
  let lastSuccess = "";

  async function replace(next: readonly PrivateKey[]): Promise<void> {
    sets = await Promise.all(Array.from({ length: copies }, () => importKeySet(next)));
    fingerprints = [...new Set(next.map((key) => key.fingerprint))];
  }

  await replace(keys);
  return {
    get fingerprints() {
      return fingerprints;
    },
    replace,
    unwrap: async (encryptedAesKey) => {
      turn = (turn + 1) % copies;
      for (const [fingerprint, key] of startingWith(lastSuccess, sets[turn])) {
        const aesKey = await decryptOrNull(key, encryptedAesKey);
        if (aesKey?.length !== AES_KEY_BYTES) continue;
        lastSuccess = fingerprint;
        return aesKey;
      }
      return null;
    },
  };
}

async function importKeySet(keys: readonly PrivateKey[]): Promise<KeySet> {
  const entries = keys.map(async ({ fingerprint, keyObject }) => {
    // KeyObject.toCryptoKey would share the key and with it the lock; an import of bytes does not.
    const pkcs8 = keyObject.export({ type: "pkcs8", format: "der" });
    const key = await webcrypto.subtle.importKey("pkcs8", pkcs8, OAEP, false, ["decrypt"]);
    pkcs8.fill(0);
    return [fingerprint, key] as const;
  });
  return new Map(await Promise.all(entries));
}

function* startingWith(
  fingerprint: string,
  keySet: KeySet = new Map(),
): Iterable<[string, webcrypto.CryptoKey]> {
  const first = keySet.get(fingerprint);
  if (first !== undefined) yield [fingerprint, first];
  for (const entry of keySet) {
    if (entry[0] !== fingerprint) yield entry;
  }
}

async function decryptOrNull(
  key: webcrypto.CryptoKey,
  encryptedAesKey: Buffer,
): Promise<Buffer | null> {
  try {
    return Buffer.from(await webcrypto.subtle.decrypt(OAEP, key, encryptedAesKey));
  } catch (error) {
    // Web Cryptography has this one error for every ciphertext that a key does not open.
    if (error instanceof DOMException && error.name === "OperationError") return null;
    throw error;
  }
}
