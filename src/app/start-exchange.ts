// Joins the parts of the endpoint: admission, what is remembered between requests, and who is told of each exchange.

import { Admission } from "../endpoint/admission.ts";
import { createExchange, type Exchange } from "../endpoint/exchange.ts";
import type { Account } from "../protocol/account.ts";
import type { RedisLink } from "../storage/redis/redis-link.ts";
import { createSeenTokens } from "../storage/seen-tokens.ts";
import { elapsedMs, systemClock } from "./clock.ts";
import { createMemories } from "./create-memories.ts";
import type { Credentials } from "./credentials.ts";
import { ACCOUNT } from "./database-settings.ts";
import type { Given } from "./server-options.ts";
import { UNWRAPS_AT_ONCE } from "./start-account.ts";
import type { Ground } from "./start-ground.ts";
import { createExchangeLog, observeWith } from "./telemetry/exchange-log.ts";
import type { Metrics } from "./telemetry/metrics.ts";
import { createSuccessLog } from "./telemetry/success-log.ts";
import { traceExchanges } from "./telemetry/traced-parts.ts";

export async function startExchange(
  { settings, log, lifecycle, adapters }: Given,
  { database, flowsByName, tokens, effects, tracer }: Ground,
  parts: {
    readonly account: Account;
    readonly credentials: Credentials;
    readonly metrics: Metrics;
  },
): Promise<{ readonly exchange: Exchange; readonly redis: RedisLink | null }> {
  const { account, credentials, metrics } = parts;
  const admission = new Admission({ slots: UNWRAPS_AT_ONCE, elapsedMs });
  metrics.watchAdmission(() => admission.waiting);
  const seenTokens = createSeenTokens(database.server, ACCOUNT, log);
  lifecycle.add("seen tokens", () => seenTokens.stop());
  const { replays, lastData, redis } = await createMemories({
    settings,
    flowTokenSecrets: credentials.flowTokenSecrets,
    flows: flowsByName,
    replays: adapters.createReplayMemory({ elapsedMs }),
    elapsedMs,
    log,
  });
  if (redis !== null) {
    lifecycle.add("Redis", () => redis.stop());
    metrics.watchRedis(redis);
  }
  const exchange = createExchange({
    account,
    flows: flowsByName,
    tokens,
    tokenPolicy: settings.FLOW_TOKEN_POLICY,
    deadlineMs: settings.EXCHANGE_DEADLINE_MS,
    effects,
    replays,
    admission,
    lastData,
    seenTokens,
    observer: observeWith(
      metrics.observer,
      createExchangeLog(log, elapsedMs),
      createSuccessLog(log),
      traceExchanges(tracer),
    ),
    log,
    clock: systemClock,
    elapsedMs,
  });
  return { exchange, redis };
}
