// Events of the `flows` field: what Meta's monitoring says about a flow, which ends in a flow being throttled or blocked
// if nobody listens. Each event comes with what to do about it, so that a log line can say so.

import { createHash } from "node:crypto";
import { documentedErrorKey } from "./error-key.ts";
import { type JsonObject, numberOrNull, objectOrNull, plainTextOrNull } from "./json-object.ts";

/** @see Meta, "Flows Webhooks"; the last one is in its samples only */
export const FLOW_EVENT_NAMES = [
  "FLOW_STATUS_CHANGE",
  "CLIENT_ERROR_RATE",
  "ENDPOINT_ERROR_RATE",
  "ENDPOINT_LATENCY",
  "ENDPOINT_AVAILABILITY",
  "FLOW_VERSION_EXPIRY_WARNING",
] as const;

export type FlowEventName = (typeof FLOW_EVENT_NAMES)[number];

const FLOW_STATUSES = ["DRAFT", "PUBLISHED", "DEPRECATED", "THROTTLED", "BLOCKED"] as const;
type FlowStatus = (typeof FLOW_STATUSES)[number] | "other";

/** Numbers and documented names only, so that all of it may be logged. */
export type FlowEvent = {
  readonly kind: "flow-event";
  /** The same for every delivery of one event. */
  readonly eventKey: string;
  readonly event: FlowEventName | "other";
  /** Meta's id, digits. */
  readonly flowId: string | null;
  readonly occurredAtSeconds: number | null;
  /** `true`: something is wrong; `false`: it is right again; `null`: neither. */
  readonly isAlarm: boolean | null;
  /** What was crossed: percent, or milliseconds for latency. A flow can be over several at once. */
  readonly threshold: number | null;
  /** Where a status change led to. */
  readonly newStatus: FlowStatus | null;
  /** Measured values, by Meta's names for them. */
  readonly measured: Readonly<Record<string, number>>;
  readonly errors: readonly { readonly error: string; readonly count: number | null }[];
  /** The event as it came, as JSON text. */
  readonly eventJson: string;
};

export type Advice = { readonly level: "info" | "warn" | "error"; readonly fix: string };

const MEASURES = [
  "error_rate",
  "p50_latency",
  "p90_latency",
  "requests_count",
  "availability",
] as const;

const MAX_ERRORS = 20;
const FLOW_ID = /^\d{1,32}$/;

/** From here to 5138 in seconds; what lies outside is no Unix time, or one in milliseconds. */
const SECONDS = { min: 1_000_000_000, max: 100_000_000_000 };

/**
 * Parses the value of a `flows` change. Total.
 *
 * @param entry  what the change stands in: the WhatsApp Business Account and the time of the event
 * @returns `null` where the event has no name
 */
export function parseFlowEvent(entry: JsonObject, value: JsonObject): FlowEvent | null {
  if (typeof value["event"] !== "string") return null;
  const eventJson = JSON.stringify(value);
  const event = oneOf(FLOW_EVENT_NAMES, value["event"]) ?? "other";
  const newStatus =
    event === "FLOW_STATUS_CHANGE" ? (oneOf(FLOW_STATUSES, value["new_status"]) ?? "other") : null;
  return {
    kind: "flow-event",
    eventKey: keyOf(entry, eventJson),
    event,
    flowId: flowIdOf(value["flow_id"]),
    occurredAtSeconds: secondsOrNull(entry["time"]),
    isAlarm: isAlarm(event, newStatus, value["alert_state"]),
    threshold: numberOrNull(value["threshold"]),
    newStatus,
    measured: measuredIn(value),
    errors: errorsIn(value),
    eventJson,
  };
}

function isAlarm(
  event: FlowEvent["event"],
  newStatus: FlowStatus | null,
  alertState: unknown,
): boolean | null {
  if (newStatus !== null) {
    return newStatus === "other" ? null : newStatus === "THROTTLED" || newStatus === "BLOCKED";
  }
  if (event === "FLOW_VERSION_EXPIRY_WARNING") return true;
  if (event === "other" || (alertState !== "ACTIVATED" && alertState !== "DEACTIVATED"))
    return null;
  return alertState === "ACTIVATED";
}

const STATUS_ADVICE: Readonly<Record<FlowStatus, Advice>> = {
  DRAFT: { level: "info", fix: "none needed; a draft can be sent for testing only" },
  PUBLISHED: { level: "info", fix: "none needed; the flow can be sent" },
  DEPRECATED: {
    level: "warn",
    fix: "send another flow; a deprecated one cannot be sent any more and does not come back",
  },
  THROTTLED: {
    level: "error",
    fix: "Meta lets 10 messages an hour through: bring errors, latency and availability of the endpoint below Meta's thresholds, and it recovers by itself",
  },
  BLOCKED: {
    level: "error",
    fix: "Meta lets nobody send or open the flow: bring errors, latency and availability of the endpoint below Meta's thresholds, and it recovers by itself",
  },
  other: { level: "warn", fix: "look the flow's status up in WhatsApp Manager" },
};

const ALARM_ADVICE: Readonly<Record<Exclude<FlowEvent["event"], "FLOW_STATUS_CHANGE">, Advice>> = {
  CLIENT_ERROR_RATE: {
    level: "warn",
    fix: "see flowpoint_client_errors_total for what clients could not use, and compare the flow.json published at Meta with the one this server loaded",
  },
  ENDPOINT_ERROR_RATE: {
    level: "warn",
    fix: "see flowpoint_exchange_faults_total and the log for the faults of this flow; its sending is throttled if it goes on",
  },
  ENDPOINT_LATENCY: {
    level: "warn",
    fix: "see flowpoint_exchange_duration_seconds; make the slowest handler faster, or add instances",
  },
  ENDPOINT_AVAILABILITY: {
    level: "warn",
    fix: "health checks from Meta fail: see that the endpoint URL can be reached from outside and that no proxy or firewall answers in its place",
  },
  FLOW_VERSION_EXPIRY_WARNING: {
    level: "warn",
    fix: "raise the version in flow.json and publish it before Meta stops accepting the old one",
  },
  other: { level: "warn", fix: "look the event up in Meta's documentation of Flows webhooks" },
};

/** How loud an event is, and what an operator does about it. */
export function adviseOn(event: FlowEvent): Advice {
  if (event.event === "FLOW_STATUS_CHANGE") return STATUS_ADVICE[event.newStatus ?? "other"];
  if (event.isAlarm === false) return { level: "info", fix: "none needed; Meta ended the alert" };
  return ALARM_ADVICE[event.event];
}

/** @see Meta, "Flows Webhooks": the same event may come again, and nothing in it is an id */
function keyOf(entry: JsonObject, eventJson: string): string {
  const identity = JSON.stringify([entry["id"], entry["time"], eventJson]);
  return createHash("sha256").update(identity).digest("hex");
}

function measuredIn(value: JsonObject): Readonly<Record<string, number>> {
  const measured: Record<string, number> = {};
  for (const name of MEASURES) {
    const number = numberOrNull(value[name]);
    if (number !== null) measured[name] = number;
  }
  return measured;
}

function errorsIn(value: JsonObject): FlowEvent["errors"] {
  const errors: readonly unknown[] = Array.isArray(value["errors"]) ? value["errors"] : [];
  return errors.slice(0, MAX_ERRORS).map((each) => {
    const error = objectOrNull(each);
    const type = error?.["error_type"];
    return {
      error: documentedErrorKey(typeof type === "string" ? type : null),
      count: numberOrNull(error?.["error_count"]),
    };
  });
}

function flowIdOf(value: unknown): string | null {
  const text = plainTextOrNull(typeof value === "number" ? String(value) : value, 32);
  return text !== null && FLOW_ID.test(text) ? text : null;
}

function secondsOrNull(value: unknown): number | null {
  const seconds = numberOrNull(value);
  return seconds !== null && seconds >= SECONDS.min && seconds <= SECONDS.max ? seconds : null;
}

function oneOf<const Name extends string>(names: readonly Name[], value: unknown): Name | null {
  return names.find((name) => name === value) ?? null;
}
