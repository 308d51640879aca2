// Whether Meta sends what users finish, and the alerts about flows: the account's subscription, and the app's fields and
// address. Without the field `flows` Meta publishes no flow that has an endpoint (Meta, "Error codes", 139002).

import { createAppClient } from "../../app/sending/graph-settings.ts";
import type { Settings } from "../../app/settings.ts";
import type { GraphClient } from "../../graph/client.ts";
import { GraphError } from "../../graph/graph-error.ts";
import {
  type AppSubscription,
  listSubscribedApps,
  readAppSubscription,
} from "../../graph/webhook-subscription.ts";
import { type Diagnosis, failed, passed, skipped, warned } from "./diagnosis.ts";

const CHECK = "meta-webhooks";
const CONFIGURATION = "in the app dashboard, WhatsApp, Configuration";
const NEEDED = ["messages", "flows"];
/** Meta, "Handling errors": the token, which here is made of the id and the secret, is not good. */
const BAD_TOKEN = 190;

/** @param appSecrets  `null` where the credentials cannot be read */
export async function checkWebhooks(
  client: GraphClient,
  wabaId: string,
  settings: Settings,
  appSecrets: readonly string[] | null,
  signal: AbortSignal,
): Promise<readonly Diagnosis[]> {
  const apps = await listSubscribedApps(client, wabaId, signal);
  const { WHATSAPP_APP_ID: appId } = settings;
  const app = apps.find(({ id }) => appId === undefined || id === appId);
  if (app === undefined) {
    const which = apps.length === 0 ? "to no app" : "to other apps than WHATSAPP_APP_ID";
    return [
      failed(
        CHECK,
        `the account sends its webhooks ${which}`,
        "subscribe the app: POST to the account's subscribed_apps with this access token",
      ),
    ];
  }
  if (appId === undefined) {
    return [
      skipped(CHECK, "an app is subscribed; its fields cannot be asked for", "set WHATSAPP_APP_ID"),
    ];
  }
  if (appSecrets === null) return [skipped(CHECK, "see keys")];
  const asked = await askApp(settings, appId, appSecrets, signal);
  if (asked === "bad secret") {
    return [
      failed(
        CHECK,
        "Meta does not take WHATSAPP_APP_SECRET for the app of WHATSAPP_APP_ID",
        "compare both with the app dashboard, App settings, Basic",
      ),
    ];
  }
  return describe(asked, app.overrideUrl, settings);
}

async function askApp(
  settings: Settings,
  appId: string,
  appSecrets: readonly string[],
  signal: AbortSignal,
): Promise<AppSubscription | null | "bad secret"> {
  // While one is being replaced there are two, and Meta knows one of them at least.
  for (const secret of appSecrets) {
    try {
      return await readAppSubscription(createAppClient(settings, appId, secret), appId, signal);
    } catch (error) {
      if (!(error instanceof GraphError) || error.failure.metaCode !== BAD_TOKEN) throw error;
    }
  }
  return "bad secret";
}

function describe(
  subscription: AppSubscription | null,
  overrideUrl: string | null,
  { PUBLIC_URL }: Settings,
): readonly Diagnosis[] {
  if (subscription === null || !subscription.isActive) {
    const remedy = `set callback URL and verify token ${CONFIGURATION}`;
    return [failed(CHECK, "the app has no webhooks for WhatsApp", remedy)];
  }
  const found: Diagnosis[] = [];
  const missing = NEEDED.filter((field) => !subscription.fields.includes(field));
  if (missing.length > 0) {
    const what = `the app is not subscribed to ${missing.join(" and ")}`;
    found.push(failed(CHECK, what, `subscribe to each field ${CONFIGURATION}`));
  }
  const ours = `${(PUBLIC_URL ?? "").replace(/\/+$/, "")}/webhooks/whatsapp`;
  if (PUBLIC_URL !== undefined && (overrideUrl ?? subscription.callbackUrl) !== ours) {
    const what = "Meta sends the webhooks to another address than PUBLIC_URL/webhooks/whatsapp";
    found.push(
      warned(CHECK, what, `unless that passes them on, correct the address ${CONFIGURATION}`),
    );
  }
  if (found.length > 0) return found;
  return [passed(CHECK, "the app gets messages and flows")];
}
