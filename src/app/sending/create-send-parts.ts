// What `POST /send` of a running server works with: its own database remembers what was sent.

import type { Log } from "../../flows/services.ts";
import type { Database } from "../../storage/database.ts";
import { recordSentMessage } from "../../storage/sent-messages.ts";
import { systemClock } from "../clock.ts";
import { createSender } from "./create-sender.ts";
import type { Credentials } from "../credentials.ts";
import { ACCOUNT } from "../database-settings.ts";
import type { SendRouteParts } from "./send-routes.ts";
import type { Settings } from "../settings.ts";

/** @returns `null` without ADMIN_TOKEN */
export function createSendParts({
  settings,
  credentials,
  database,
  log,
}: {
  readonly settings: Settings;
  readonly credentials: Credentials;
  readonly database: Database;
  readonly log: Log;
}): SendRouteParts | null {
  const { ADMIN_TOKEN } = settings;
  if (ADMIN_TOKEN === undefined) return null;
  return {
    token: ADMIN_TOKEN,
    log,
    createSender: (environment) =>
      createSender(settings, credentials, systemClock, environment, (sent) =>
        recordSentMessage(database.server, ACCOUNT, {
          ...sent,
          expiresAt: new Date(sent.expiresAt),
        }),
      ),
  };
}
