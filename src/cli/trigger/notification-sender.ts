// Sends notifications to a server as Meta does, signed with the app secret.

import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Credentials } from "../../app/credentials.ts";
import { serverUrl, type Settings } from "../../app/settings.ts";
import { CommandFailed } from "../command-failed.ts";
import { loadOwnCertificate } from "../own-certificate.ts";
import { signBody } from "../simulate/phone-crypto.ts";

/** A server answers within two seconds, or is in trouble. */
const LIMIT_MS = 10_000;

/** Sends one notification, and resolves with the status. */
export type SendNotification = (body: string) => Promise<number>;

/**
 * @param url  base URL of the server; default: where these settings have it listen
 * @throws CommandFailed, and so does sending when there is no answer
 */
export async function createNotificationSender(
  settings: Settings,
  { appSecrets }: Credentials,
  url: string = serverUrl(settings),
): Promise<SendNotification> {
  const [appSecret] = appSecrets;
  if (appSecret === undefined) {
    throw new CommandFailed("there is no app secret; see flowpoint serve");
  }
  const tls = await loadOwnCertificate(settings);
  const target = URL.parse("webhooks/whatsapp", `${url.replace(/\/$/, "")}/`);
  if (target === null) throw new CommandFailed("--url is no URL; write http://host:port");
  return async (body) => {
    const bytes = Buffer.from(body);
    const signature = await signBody(bytes, appSecret);
    const answered = Promise.withResolvers<number>();
    const send = target.protocol === "https:" ? httpsRequest : httpRequest;
    send(
      target,
      {
        ...tls,
        method: "POST",
        signal: AbortSignal.timeout(LIMIT_MS),
        headers: {
          "content-type": "application/json",
          "content-length": bytes.length,
          "x-hub-signature-256": signature,
        },
      },
      (response) => {
        response.resume();
        answered.resolve(response.statusCode ?? 0);
      },
    )
      .on("error", answered.reject)
      .end(bytes);
    return answered.promise.catch((cause: unknown) => {
      throw new CommandFailed(
        `no server answers at ${target.href}; start one with: flowpoint serve`,
        {
          cause,
        },
      );
    });
  };
}
