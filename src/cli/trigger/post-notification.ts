// Sends a notification to a server as Meta does, signed with the app secret.

import { signBody } from "../simulate/phone-crypto.ts";
import { CommandFailed } from "../command-failed.ts";

/** Meta's own limit is not documented; a server answers within two seconds or is in trouble. */
const LIMIT_MS = 10_000;

/**
 * @param serverUrl  base URL
 * @returns the status
 * @throws CommandFailed when there is no answer
 */
export async function postNotification(
  serverUrl: string,
  appSecret: string,
  body: string,
): Promise<number> {
  const bytes = Buffer.from(body);
  const url = `${serverUrl.replace(/\/$/, "")}/webhooks/whatsapp`;
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-hub-signature-256": await signBody(bytes, appSecret),
    },
    body: bytes,
    redirect: "manual",
    signal: AbortSignal.timeout(LIMIT_MS),
  }).catch((cause: unknown) => {
    throw new CommandFailed(`no server answers at ${url}; start one with: flowpoint serve`, {
      cause,
    });
  });
  await response.body?.cancel();
  return response.status;
}
