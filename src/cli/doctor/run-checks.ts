// All the doctor's checks, in the order in which one rests on another.

import { elapsedMs, systemClock } from "../../app/clock.ts";
import type { Credentials } from "../../app/credentials.ts";
import type { Settings } from "../../app/settings.ts";
import type { HandlerModule } from "../../flows/load-handlers.ts";
import { checkDatabase } from "./check-database.ts";
import { FACTORIES_CHECK } from "./check-factories.ts";
import { checkFlowJsonFiles } from "./check-flow-json-files.ts";
import { checkHandlers } from "./check-handlers.ts";
import { checkKeys } from "./check-keys.ts";
import { checkMeta } from "./check-meta.ts";
import { checkRedis } from "./check-redis.ts";
import { checkSettings } from "./check-settings.ts";
import { type Diagnosis, skipped } from "./diagnosis.ts";
import { ENDPOINT_CHECKS, examineEndpoint } from "./examine-endpoint.ts";

const AFTER_SETTINGS = [
  "keys",
  "handlers",
  "flow-json",
  "database",
  "migrations",
  "durability",
  FACTORIES_CHECK,
  "redis",
  "meta-keys",
  "meta-flows",
  "meta-webhooks",
  ...ENDPOINT_CHECKS,
];

/**
 * @param givenUrl  base URL, or the URL of one flow, in place of PUBLIC_URL
 * @returns every check at least once
 */
export async function runChecks(
  loadSettings: () => Settings,
  givenUrl: string | null,
): Promise<readonly Diagnosis[]> {
  const { settings, diagnoses } = await checkSettings(loadSettings);
  if (settings === null) {
    return [...diagnoses, ...AFTER_SETTINGS.map((check) => skipped(check, "see settings"))];
  }
  const keys = await checkKeys(settings);
  const handlers = await checkHandlers(settings.HANDLERS_DIR);
  return [
    ...diagnoses,
    ...keys.diagnoses,
    ...handlers.diagnoses,
    ...(await checkFlowJsonFiles(handlers.folders)),
    ...(await checkDatabase(settings, handlers.modules)),
    await checkRedis(settings),
    ...(await checkMeta(settings, keys.credentials)),
    ...(await checkPublicUrl(settings, keys.credentials, handlers.modules, givenUrl)),
  ];
}

async function checkPublicUrl(
  settings: Settings,
  credentials: Credentials | null,
  modules: readonly HandlerModule[],
  givenUrl: string | null,
): Promise<readonly Diagnosis[]> {
  const base = givenUrl ?? settings.PUBLIC_URL;
  if (base === undefined) {
    return skipEndpoint("there is no public address to try", "set PUBLIC_URL, or give --url");
  }
  if (credentials === null) return skipEndpoint("see keys");
  const given = new URL(base);
  const named = FLOW_PATH.exec(given.pathname)?.[1];
  const flows = modules.filter(({ handler }) => handler.flow.dataApiVersion !== null);
  const flow =
    flows.find(({ name }) => name === named) ??
    flows.find((module) => refusesForeignTokens(module, settings)) ??
    flows[0];
  if (flow === undefined) return skipEndpoint("there is no flow with an endpoint that loads");
  const others = named === undefined ? flows.filter((other) => other !== flow) : [];
  return examineEndpoint({
    url: named === undefined ? below(given, `flows/${flow.name}`) : given,
    otherFlows: new Map(others.map(({ name }) => [name, below(given, `flows/${name}`)])),
    subscription:
      named === undefined
        ? { url: below(given, "webhooks/whatsapp"), verifyToken: credentials.verifyToken }
        : null,
    tls: {},
    elapsedMs,
    clock: systemClock,
    appSecrets: credentials.appSecrets,
    privateKeys: credentials.privateKeys,
    // Of a flow that is not here nothing is known.
    refusesForeignTokens:
      (named ?? flow.name) === flow.name && refusesForeignTokens(flow, settings),
  });
}

const FLOW_PATH = /\/flows\/([^/]+)$/;

function below(base: URL, path: string): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/+$/, "")}/${path}`;
  return url;
}

function skipEndpoint(why: string, remedy = ""): readonly Diagnosis[] {
  return ENDPOINT_CHECKS.map((check) => skipped(check, why, remedy));
}

function refusesForeignTokens({ handler }: HandlerModule, settings: Settings): boolean {
  return (handler.options.tokens ?? settings.FLOW_TOKEN_POLICY) === "signed";
}
