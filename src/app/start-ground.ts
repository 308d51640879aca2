// The part of a server that all others stand on: handlers, database, queue.

import { loadHandlers, type HandlerModule } from "../flows/load-handlers.ts";
import type { Effects } from "../flows/effects.ts";
import type { LoadedFlow } from "../flows/loaded-flow.ts";
import { createFlowTokens, type FlowTokens } from "../protocol/flow-token.ts";
import { type Database, openDatabase } from "../storage/database.ts";
import type { QueryObserver } from "../storage/query-observer.ts";
import { createQueue, type Queue } from "../storage/queue.ts";
import { systemClock } from "./clock.ts";
import { closeFlows, createFlows } from "./create-flows.ts";
import type { PlayerDraft } from "./create-player.ts";
import type { Credentials } from "./credentials.ts";
import { ACCOUNT, databaseSettings } from "./database-settings.ts";
import { migrateAll, seedAll } from "./operations/operations.ts";
import { type Given, isDevelopment } from "./server-options.ts";
import { createTracer } from "./telemetry/create-tracer.ts";
import { logFlowErrors } from "./telemetry/log-flow-errors.ts";
import { traceFlow, traceJobs, traceQueries } from "./telemetry/traced-parts.ts";
import type { Tracer } from "./telemetry/tracer.ts";

/** What everything else stands on. */
export type Ground = {
  readonly tracer: Tracer;
  readonly queries: QueryObserver;
  readonly database: Database;
  readonly modules: readonly HandlerModule[];
  readonly flows: readonly LoadedFlow[];
  readonly flowsByName: ReadonlyMap<string, LoadedFlow>;
  readonly tokens: FlowTokens;
  readonly effects: Effects;
  readonly queue: Queue;
};

/** @param draft  of the player, whose uploads handlers can read */
export async function startGround(
  { settings, log, lifecycle, adapters, surroundings }: Given,
  credentials: Credentials,
  draft: PlayerDraft | null,
): Promise<Ground> {
  const modules = await loadHandlers(
    settings.HANDLERS_DIR,
    isDevelopment(settings) ? "regenerate" : "refuse",
  );
  if (isDevelopment(settings)) logFlowErrors(modules, log);
  const tracer = await createTracer(settings, surroundings.traceIds, log);
  lifecycle.add("tracer", () => tracer.stop());
  const queries = traceQueries(tracer);
  const database = await openDatabase(databaseSettings(settings), log, queries);
  lifecycle.add("database", () => database.stop());
  if (isDevelopment(settings)) {
    await migrateAll(database, modules);
    await seedAll(database, modules, systemClock);
  }
  const made = await createFlows(modules, database, settings, log, draft?.media);
  const flows = made.map((flow) => traceFlow(flow, tracer));
  lifecycle.add("flows", () => closeFlows(flows));
  return {
    tracer,
    queries,
    database,
    modules,
    flows,
    flowsByName: new Map(flows.map((flow) => [flow.name, flow])),
    tokens: createFlowTokens(credentials.flowTokenSecrets),
    effects: adapters.createEffects(database, ACCOUNT),
    queue: traceJobs(createQueue(database, log, { upkeep: true }), tracer),
  };
}
