// How a command trusts the server of its own settings over HTTPS: by the certificate that the server shows, which both
// read from TLS_CERT. No authority need have signed it, and it need not name the address that the server listens at.

import { readFile } from "node:fs/promises";
import type { ConnectionOptions } from "node:tls";
import type { Settings } from "../app/settings.ts";
import { CommandFailed } from "./command-failed.ts";

export type TlsTrust = Pick<
  ConnectionOptions,
  "ca" | "allowPartialTrustChain" | "checkServerIdentity"
>;

/**
 * @returns options for a TLS client; empty for a server without TLS
 * @throws CommandFailed when TLS_CERT cannot be read
 */
export async function loadOwnCertificate({ TLS_CERT }: Settings): Promise<TlsTrust> {
  if (TLS_CERT === undefined) return {};
  const ca = await readFile(TLS_CERT).catch((cause: unknown) => {
    throw new CommandFailed("TLS_CERT cannot be read; name an existing file", { cause });
  });
  // A certificate that an authority signed is no authority itself; the partial chain ends at it all the same.
  return { ca, allowPartialTrustChain: true, checkServerIdentity: () => undefined };
}
