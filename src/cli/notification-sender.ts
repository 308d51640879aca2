// Sends notifications to a server as Meta does, signed with the app secret.

import type { Credentials } from "../app/credentials.ts";
import { serverUrl, type Settings } from "../app/settings.ts";
import { postSigned } from "../player/post-signed.ts";
import { CommandFailed } from "./command-failed.ts";
import { loadOwnCertificate } from "./own-certificate.ts";

/** A server answers within two seconds, or is in trouble. */
const LIMIT_MS = 10_000;

/** Sends one notification, and resolves with the status. */
export type SendNotification = (body: string) => Promise<number>;

/**
 * @param base  URL of the server; default: where these settings have it listen
 * @throws CommandFailed, and so does sending when there is no answer
 */
export async function createNotificationSender(
  settings: Settings,
  { appSecrets }: Credentials,
  base: string = serverUrl(settings),
): Promise<SendNotification> {
  const [appSecret] = appSecrets;
  if (appSecret === undefined) {
    throw new CommandFailed("there is no app secret; see flowpoint serve");
  }
  const tls = await loadOwnCertificate(settings);
  const url = URL.parse("webhooks/whatsapp", `${base.replace(/\/$/, "")}/`);
  if (url === null) throw new CommandFailed("--url is no URL; write http://host:port");
  return async (body) => {
    try {
      const bytes = Buffer.from(body);
      return (await postSigned({ url, body: bytes, appSecret, tls, limitMs: LIMIT_MS })).status;
    } catch (cause) {
      throw new CommandFailed(`no server answers at ${url.href}; start one with: flowpoint serve`, {
        cause,
      });
    }
  };
}
