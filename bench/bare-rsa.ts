// The yardstick: a process that does nothing but the one operation an exchange cannot avoid, on the machine and in the
// minute in which the server is measured. Told a number of operations, it answers with what each of them cost. It ends
// with the process that started it.

import { constants, generateKeyPairSync, publicEncrypt, randomBytes, webcrypto } from "node:crypto";

/** What one `subtle.decrypt` costs (RSA-2048, OAEP, SHA-256): processor time, user and system together, in microseconds. */
export type RsaCost = {
  /** Several under way at once on one key, as a server under load has them: hardly more than OpenSSL's own time. */
  readonly busyMicros: number;
  /** Each awaited before the next: with waking a thread, and being woken by it. */
  readonly aloneMicros: number;
  /** How long each of those took by the clock, in milliseconds. */
  readonly aloneMs: readonly number[];
};

/** As many as the load has connections. */
const UNDER_WAY = 16;

const ALGORITHM = { name: "RSA-OAEP", hash: "SHA-256" } as const;

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = await webcrypto.subtle.importKey(
  "pkcs8",
  privateKey.export({ type: "pkcs8", format: "der" }),
  ALGORITHM,
  false,
  ["decrypt"],
);
const wrapped = publicEncrypt(
  { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" },
  randomBytes(16),
);

async function measure(operations: number): Promise<RsaCost> {
  const busyMicros = await costOf(operations, UNDER_WAY, []);
  const aloneMs: number[] = [];
  const aloneMicros = await costOf(operations, 1, aloneMs);
  return { busyMicros, aloneMicros, aloneMs };
}

async function costOf(operations: number, underWay: number, tookMs: number[]): Promise<number> {
  let started = 0;
  const worker = async (): Promise<void> => {
    while (started < operations) {
      started += 1;
      const startedMs = performance.now();
      await webcrypto.subtle.decrypt(ALGORITHM, key, wrapped);
      tookMs.push(performance.now() - startedMs);
    }
  };
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: underWay }, worker));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / operations;
}

process.on("message", (operations: number) => {
  void measure(operations).then((cost) => process.send?.(cost));
});
