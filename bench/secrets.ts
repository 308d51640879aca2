// Keys and secrets made for a benchmark.

import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";

/** What a sender has to know of a server. */
export type ServerSecrets = {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly appSecret: string;
  readonly flowTokenSecret: string;
};

export function createSecrets(): ServerSecrets {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    publicKey,
    privateKey,
    appSecret: randomBytes(16).toString("hex"),
    flowTokenSecret: randomBytes(32).toString("base64url"),
  };
}
