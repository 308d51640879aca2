// The certificate of a server that needs no proxy before it.

import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { type Settings, SettingsError } from "./settings.ts";

export type Tls = { readonly cert: Buffer; readonly key: Buffer };

/**
 * @returns `null` where none is set
 * @throws SettingsError when a file cannot be read, or the two do not fit each other
 */
export async function loadTls({ TLS_CERT, TLS_KEY }: Settings): Promise<Tls | null> {
  if (TLS_CERT === undefined || TLS_KEY === undefined) return null;
  const tls = { cert: await read("TLS_CERT", TLS_CERT), key: await read("TLS_KEY", TLS_KEY) };
  try {
    createSecureContext(tls);
  } catch {
    throw problem("TLS_CERT", "and TLS_KEY are not a PEM certificate and its private key");
  }
  return tls;
}

async function read(name: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch {
    throw problem(name, `cannot be read from ${file}; name an existing PEM file`);
  }
}

function problem(name: string, rule: string): SettingsError {
  return new SettingsError([{ name, rule }]);
}
