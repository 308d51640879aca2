// The yardstick: a process that does nothing but the one operation an exchange cannot avoid, on the machine and in the
// minute in which the server is measured. Told a number of operations, it answers with what each of them cost. It ends
// with the process that started it.

import {
  constants,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  webcrypto,
} from "node:crypto";

/** Processor time of one operation, user and system together, in microseconds. */
export type RsaCost = {
  /** `subtle.decrypt` with one imported key, each awaited before the next: with its way to a thread and back. */
  readonly webCryptoMicros: number;
  /** `crypto.privateDecrypt`, which blocks: OpenSSL and next to nothing else. */
  readonly openSslMicros: number;
};

const HASH = "sha256";
const PADDING = constants.RSA_PKCS1_OAEP_PADDING;

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const imported = await webcrypto.subtle.importKey(
  "pkcs8",
  privateKey.export({ type: "pkcs8", format: "der" }),
  { name: "RSA-OAEP", hash: "SHA-256" },
  false,
  ["decrypt"],
);
const wrapped = publicEncrypt(
  { key: publicKey, padding: PADDING, oaepHash: HASH },
  randomBytes(16),
);

async function measure(operations: number): Promise<RsaCost> {
  const webCryptoMicros = await costOf(operations, async () => {
    await webcrypto.subtle.decrypt("RSA-OAEP", imported, wrapped);
  });
  const openSslMicros = await costOf(operations, () => {
    privateDecrypt({ key: privateKey, padding: PADDING, oaepHash: HASH }, wrapped);
  });
  return { webCryptoMicros, openSslMicros };
}

async function costOf(operations: number, operation: () => Promise<void> | void): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < operations; i += 1) await operation();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / operations;
}

process.on("message", (operations: number) => {
  void measure(operations).then((cost) => process.send?.(cost));
});
