// Keys are exchanged while the server runs: what is put into KEYS_DIR is used a moment later, what is taken out is
// retired. The order is the operator's and is watched over: the last usable key is not given up, since WhatsApp goes on
// encrypting for it until its successor is known there.
//
// The folder is read again and again, not subscribed to: a mounted secret changes by the exchange of a link far from it,
// and network file systems tell nobody. A change counts when two readings agree, so half-written files are not looked at.

import { hash } from "node:crypto";
import type { Log } from "../flows/services.ts";
import type { KeyRing } from "../protocol/key-ring.ts";
import { allKeys, type FoundKeys, type KeyFiles, parseKeyFile, readKeyFiles } from "./load-keys.ts";
import type { Secret } from "./secret.ts";

const LOOK_EVERY_MS = 500;

export type KeyWatch = {
  readonly folder: string;
  readonly passphrase: Secret | undefined;
  /** What is in use now. */
  readonly found: FoundKeys;
  readonly keys: Pick<KeyRing, "fingerprints" | "replace">;
  readonly log: Log;
};

/** @returns stops watching */
export function watchKeys(watch: KeyWatch): () => Promise<void> {
  const { folder, keys, log } = watch;
  let { files } = watch.found;
  let lastSeen: string | null = null;
  let settled: string | null = null;
  let isFailing = false;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  const look = async (): Promise<void> => {
    try {
      const read = await readKeyFiles(folder);
      const seen = digest(read);
      if (seen === lastSeen && seen !== settled) {
        settled = seen;
        await use(parseFiles(watch, files, read));
      }
      lastSeen = seen;
      isFailing = false;
    } catch (err) {
      if (!isFailing) log.error({ err, folder }, "KEYS_DIR cannot be read; the keys in use stay");
      isFailing = true;
    }
    if (!isStopped) schedule();
  };

  const use = async (next: KeyFiles): Promise<void> => {
    const all = allKeys({ named: watch.found.named, files: next });
    if (all.length === 0) {
      log.error(
        { folder },
        "KEYS_DIR holds no usable private key any more, and its last one stays in use: put the successor there before the old one is removed",
      );
      return;
    }
    files = next;
    const before = new Set(keys.fingerprints);
    const after = new Set(all.map((key) => key.fingerprint));
    const loaded = [...after].filter((fingerprint) => !before.has(fingerprint));
    const retired = [...before].filter((fingerprint) => !after.has(fingerprint));
    if (loaded.length === 0 && retired.length === 0) return;
    await keys.replace(all);
    log.info({ loaded, retired }, "private keys were exchanged");
  };

  const schedule = (): void => {
    timer = setTimeout(() => {
      looking = look();
    }, LOOK_EVERY_MS);
  };

  let looking = look();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await looking;
  };
}

/** A file that cannot be used keeps the keys that it had. */
function parseFiles(
  { passphrase, log }: KeyWatch,
  inUse: KeyFiles,
  read: ReadonlyMap<string, Buffer | null>,
): KeyFiles {
  return new Map(
    [...read].map(([file, bytes]) => {
      try {
        return [file, parseKeyFile(file, bytes, passphrase?.reveal())] as const;
      } catch (err) {
        log.error({ err, file }, "a file in KEYS_DIR cannot be used; the keys in use stay");
        return [file, inUse.get(file) ?? []] as const;
      }
    }),
  );
}

function digest(read: ReadonlyMap<string, Buffer | null>): string {
  return [...read]
    .map(([file, bytes]) => `${file} ${bytes === null ? "unreadable" : hash("sha256", bytes)}`)
    .join("\n");
}
