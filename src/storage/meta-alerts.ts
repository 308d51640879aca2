// Which of Meta's alerts are on: read from all the events that any instance has stored, so that it does not matter which
// of them received the beginning of an alert and which its end, nor in which order they came.

import { type Kysely, sql } from "kysely";
import { FLOW_EVENT_NAMES, type FlowEventName } from "../protocol/flow-event.ts";
import type { ServerTables } from "./schema.ts";

/** Flows with an alert that is on, by kind of event. */
export type MetaAlertCounts = Readonly<Record<FlowEventName, number>>;

/** A warning that a version expires has no end of its own. */
const WARNED_RECENTLY = sql<boolean>`(
  alarm.event <> 'FLOW_VERSION_EXPIRY_WARNING' or alarm.occurred_at > now() - interval '30 days'
)`;

/** An end says that the value is below its threshold again, and so below all higher ones. */
const ENDS_IT = sql<boolean>`(
  ending.threshold is null or alarm.threshold is null or ending.threshold <= alarm.threshold
)`;

export async function countMetaAlerts(
  db: Kysely<ServerTables>,
  account: string,
): Promise<MetaAlertCounts> {
  const rows = await db
    .selectFrom("flow_events as alarm")
    .select(["alarm.event", sql<number>`count(distinct coalesce(flow_id, ''))::int`.as("flows")])
    .where("alarm.account", "=", account)
    .where("alarm.is_alarm", "=", true)
    .where(WARNED_RECENTLY)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom("flow_events as ending")
            .select("ending.event_key")
            .whereRef("ending.account", "=", "alarm.account")
            .whereRef("ending.event", "=", "alarm.event")
            .whereRef("ending.flow_id", "is not distinct from", "alarm.flow_id")
            .where("ending.is_alarm", "=", false)
            .whereRef("ending.occurred_at", ">", "alarm.occurred_at")
            .where(ENDS_IT),
        ),
      ),
    )
    .groupBy("alarm.event")
    .execute();
  const flowsByEvent = new Map(rows.map(({ event, flows }) => [event, flows]));
  const counts = FLOW_EVENT_NAMES.map((name) => [name, flowsByEvent.get(name) ?? 0] as const);
  // The names are all there.
  return Object.fromEntries(counts) as MetaAlertCounts;
}
