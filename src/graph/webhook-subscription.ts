// Whether Meta sends an account's webhooks, and where to. Two things must be: the account is subscribed to an app, and
// that app to the fields. The second only the app itself may ask, with a token of its id and secret.
// Source: Meta, "Subscribed Apps API" (WhatsApp Business Account) and "Graph API: Application Subscriptions".

import { z } from "zod";
import type { GraphClient } from "./client.ts";
import { readPages } from "./pages.ts";

const SUBSCRIBED_APP = z
  .object({
    whatsapp_business_api_data: z.object({ id: z.string() }),
    override_callback_uri: z.string().optional(),
  })
  .transform((app) => ({
    id: app.whatsapp_business_api_data.id,
    /** Where this account's webhooks go instead of the app's address. */
    overrideUrl: app.override_callback_uri ?? null,
  }));

export type SubscribedApp = z.output<typeof SUBSCRIBED_APP>;

export async function listSubscribedApps(
  client: GraphClient,
  wabaId: string,
  signal: AbortSignal,
): Promise<readonly SubscribedApp[]> {
  const operation = "list the apps that get the account's webhooks";
  const call = { path: [wabaId, "subscribed_apps"], query: {}, item: SUBSCRIBED_APP, operation };
  const apps: SubscribedApp[] = [];
  for await (const app of readPages(client, call, signal)) apps.push(app);
  return apps;
}

const FIELD = z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]);

const SUBSCRIPTION = z
  .object({
    object: z.string(),
    callback_url: z.string().default(""),
    active: z.boolean().default(true),
    fields: z.array(FIELD).default([]),
  })
  .transform(({ object, callback_url: callbackUrl, active: isActive, fields }) => ({
    object,
    callbackUrl,
    isActive,
    fields,
  }));

export type AppSubscription = z.output<typeof SUBSCRIPTION>;

/**
 * @param appClient  with the app's own token: its id, a bar, and its secret
 * @returns `null` where the app has no webhooks for WhatsApp
 */
export async function readAppSubscription(
  appClient: GraphClient,
  appId: string,
  signal: AbortSignal,
): Promise<AppSubscription | null> {
  const operation = "show the app's webhooks";
  const call = { path: [appId, "subscriptions"], query: {}, item: SUBSCRIPTION, operation };
  for await (const subscription of readPages(appClient, call, signal)) {
    if (subscription.object === "whatsapp_business_account") return subscription;
  }
  return null;
}
