// Everything secret that the server and the command line work with, given or (in development) made up.

import type { PrivateKey } from "../protocol/private-key.ts";
import { loadDevelopmentKey, loadDevelopmentSecrets } from "./development-secrets.ts";
import { allKeys, findKeys, type FoundKeys } from "./load-keys.ts";
import { type Settings, SettingsError } from "./settings.ts";

export type Credentials = {
  readonly appSecrets: readonly string[];
  readonly verifyToken: string;
  /** The first signs, any verifies. */
  readonly flowTokenSecrets: readonly string[];
  readonly privateKeys: readonly PrivateKey[];
  /** The same keys, by where they came from. */
  readonly foundKeys: FoundKeys;
  /** What was made up because it was not set. */
  readonly generated: readonly string[];
};

/**
 * @throws SettingsError in production when there is no private key
 * @throws KeyError when a key that was found cannot be used
 */
export async function loadCredentials(settings: Settings): Promise<Credentials> {
  const givenKeys = await findKeys(settings);
  if (settings.profile === "production") return fromSettings(settings, givenKeys);
  const hasKey = allKeys(givenKeys).length > 0;
  const foundKeys = hasKey
    ? givenKeys
    : { ...givenKeys, named: await loadDevelopmentKey(settings.DATA_DIR) };
  const made = await loadDevelopmentSecrets(settings.DATA_DIR);
  const { WHATSAPP_APP_SECRET, WHATSAPP_VERIFY_TOKEN, FLOW_TOKEN_SECRET } = settings;
  return {
    appSecrets: WHATSAPP_APP_SECRET?.map((secret) => secret.reveal()) ?? [made.appSecret],
    verifyToken: WHATSAPP_VERIFY_TOKEN?.reveal() ?? made.verifyToken,
    flowTokenSecrets: FLOW_TOKEN_SECRET?.map((secret) => secret.reveal()) ?? [made.flowTokenSecret],
    privateKeys: allKeys(foundKeys),
    foundKeys,
    generated: [
      ...(WHATSAPP_APP_SECRET === undefined ? ["WHATSAPP_APP_SECRET"] : []),
      ...(WHATSAPP_VERIFY_TOKEN === undefined ? ["WHATSAPP_VERIFY_TOKEN"] : []),
      ...(FLOW_TOKEN_SECRET === undefined ? ["FLOW_TOKEN_SECRET"] : []),
      ...(hasKey ? [] : ["private key"]),
    ],
  };
}

function fromSettings(settings: Settings, foundKeys: FoundKeys): Credentials {
  const privateKeys = allKeys(foundKeys);
  const { WHATSAPP_APP_SECRET = [], WHATSAPP_VERIFY_TOKEN, FLOW_TOKEN_SECRET = [] } = settings;
  if (privateKeys.length === 0) {
    throw new SettingsError([
      {
        name: "WHATSAPP_PRIVATE_KEY",
        rule: "no private key was found in it, in WHATSAPP_PRIVATE_KEY_COMMAND or in KEYS_DIR; make one with: flowpoint keys generate",
      },
    ]);
  }
  return {
    appSecrets: WHATSAPP_APP_SECRET.map((secret) => secret.reveal()),
    verifyToken: WHATSAPP_VERIFY_TOKEN?.reveal() ?? "",
    flowTokenSecrets: FLOW_TOKEN_SECRET.map((secret) => secret.reveal()),
    privateKeys,
    foundKeys,
    generated: [],
  };
}
