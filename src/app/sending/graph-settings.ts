// How commands and the server reach the Graph API, and which settings that takes.

import { type GraphAccess, createGraphClient, type GraphClient } from "../../graph/client.ts";
import { type Settings, SettingsError } from "../settings.ts";

const REMEDIES = {
  WHATSAPP_ACCESS_TOKEN:
    "a system user's token, from the business settings at Meta, with whatsapp_business_management and whatsapp_business_messaging",
  WHATSAPP_WABA_ID: "the id of the WhatsApp business account, from the app dashboard, API setup",
  WHATSAPP_PHONE_NUMBER_ID: "the id of the sending number, from the app dashboard, API setup",
  PUBLIC_URL: "the https address under which Meta reaches this server",
} as const;

export type GraphSettingName = keyof typeof REMEDIES;

/**
 * @returns the values of settings that have no default and are needed now
 * @throws SettingsError naming all that are missing
 */
export function requireSettings<N extends GraphSettingName>(
  settings: Settings,
  names: readonly N[],
): Readonly<Record<N, string>> {
  const missing = names.filter((name) => settings[name] === undefined);
  if (missing.length > 0) {
    throw new SettingsError(
      missing.map((name) => ({ name, rule: `must be set: ${REMEDIES[name]}` })),
    );
  }
  const values = names.map((name) => {
    const value = settings[name];
    return [name, typeof value === "object" ? value.reveal() : value];
  });
  // One entry for each name, and none of them is missing.
  return Object.fromEntries(values) as Record<N, string>;
}

export function graphAccess(settings: Settings): GraphAccess {
  const { WHATSAPP_ACCESS_TOKEN } = requireSettings(settings, ["WHATSAPP_ACCESS_TOKEN"]);
  return {
    url: settings.GRAPH_API_URL.replace(/\/+$/, ""),
    version: settings.GRAPH_API_VERSION,
    accessToken: WHATSAPP_ACCESS_TOKEN,
  };
}

/** @throws SettingsError without an access token */
export function createClient(settings: Settings): GraphClient {
  return createGraphClient(graphAccess(settings));
}

/** Of the app itself, which alone may ask for its webhooks. Source: Meta, "Access tokens", App access tokens. */
export function createAppClient(settings: Settings, appId: string, appSecret: string): GraphClient {
  return createGraphClient({
    ...graphAccess(settings),
    accessToken: `${appId}|${appSecret}`,
  });
}
