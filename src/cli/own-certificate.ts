// How a command trusts the server of its own settings over HTTPS: by the certificate that the server shows, which both
// read from TLS_CERT.

import { readFile } from "node:fs/promises";
import type { Settings } from "../app/settings.ts";
import { type TlsTrust, trustCertificate } from "../player/post-signed.ts";
import { CommandFailed } from "./command-failed.ts";

/**
 * @returns options for a TLS client; empty for a server without TLS
 * @throws CommandFailed when TLS_CERT cannot be read
 */
export async function loadOwnCertificate({ TLS_CERT }: Settings): Promise<TlsTrust> {
  if (TLS_CERT === undefined) return {};
  const cert = await readFile(TLS_CERT).catch((cause: unknown) => {
    throw new CommandFailed("TLS_CERT cannot be read; name an existing file", { cause });
  });
  return trustCertificate(cert);
}
