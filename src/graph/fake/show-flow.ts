// The fields of a flow, as its node shows those that are asked for. Source: Meta, "Flows API" and "Metrics API".

import type { FakeGraphOptions } from "./fake-graph.ts";
import { refuse } from "./fake-error.ts";
import { type FakeFlow, readJson, validationErrorsOf } from "./fake-flows.ts";

const DEFAULT_FIELDS = "id,name,status,categories,validation_errors";

const METRICS_FROM = 250;
const PREVIEW_LIFE_MS = 30 * 24 * 3_600_000;

/** @param fields  comma-separated, some with arguments in brackets */
export function showFlow(
  flow: FakeFlow,
  fields: string | undefined,
  origin: string,
  options: FakeGraphOptions,
): object {
  const wanted = (fields ?? DEFAULT_FIELDS).split(/,(?![^(]*\))/);
  const shown: Record<string, unknown> = { id: flow.id };
  for (const field of wanted) Object.assign(shown, showField(flow, field.trim(), origin, options));
  return shown;
}

function showField(
  flow: FakeFlow,
  field: string,
  origin: string,
  options: FakeGraphOptions,
): object {
  const json = flow.json === null ? {} : readJson(flow.json);
  const [, name = ""] = /^(\w+)/.exec(field) ?? [];
  switch (name) {
    case "id":
      return { id: flow.id };
    case "name":
      return { name: flow.name };
    case "status":
      return { status: flow.status };
    case "categories":
      return { categories: flow.categories };
    case "validation_errors":
      return { validation_errors: validationErrorsOf(flow) };
    case "json_version":
      return ifPresent("json_version", json["version"]);
    case "data_api_version":
      return ifPresent("data_api_version", json["data_api_version"]);
    case "endpoint_uri":
      return ifPresent("endpoint_uri", flow.endpointUri);
    case "whatsapp_business_account":
      return { whatsapp_business_account: { id: options.wabaId } };
    case "application":
      return flow.applicationId === null ? {} : { application: { id: flow.applicationId } };
    case "preview":
      return { preview: showPreview(flow, field.includes("(true)"), origin, options) };
    case "health_status":
      return { health_status: showHealth(flow, options.wabaId) };
    case "metric":
      return { metric: showMetric(field, options) };
    default:
      throw refuse({
        code: 100,
        message: `(#100) Tried accessing nonexisting field (${name}) on node type (Flow)`,
      });
  }
}

function ifPresent(name: string, value: unknown): object {
  return value === undefined || value === null ? {} : { [name]: value };
}

function showPreview(
  flow: FakeFlow,
  renew: boolean,
  origin: string,
  { clock }: FakeGraphOptions,
): object {
  if (renew) flow.previews += 1;
  const expires = new Date(clock.now().getTime() + PREVIEW_LIFE_MS);
  return {
    preview_url: `${origin}/flows/${flow.id}/preview/?token=preview-${flow.previews}`,
    expires_at: toMetaTime(expires),
  };
}

/** ISO 8601 with the offset spelled out, without fractions. */
function toMetaTime(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "+0000");
}

function showHealth(flow: FakeFlow, wabaId: string): object {
  const needsEndpoint = flow.json !== null && readJson(flow.json)["data_api_version"] !== undefined;
  const errors = [
    ...(needsEndpoint && flow.endpointUri === null
      ? [{ error_code: 131_000, error_description: "endpoint_uri: the endpoint URI is not set" }]
      : []),
    ...(needsEndpoint && flow.applicationId === null
      ? [{ error_code: 131_000, error_description: "app_check: no app is connected to the flow" }]
      : []),
  ];
  const isBlocked = errors.length > 0 || ["BLOCKED", "DEPRECATED"].includes(flow.status);
  const blockedOr = (other: string): string => (isBlocked ? "BLOCKED" : other);
  const canSend = blockedOr(flow.status === "THROTTLED" ? "LIMITED" : "AVAILABLE");
  return {
    can_send_message: canSend,
    entities: [
      {
        entity_type: "FLOW",
        id: flow.id,
        can_send_message: canSend,
        ...(errors.length > 0 ? { errors } : {}),
      },
      { entity_type: "WABA", id: wabaId, can_send_message: "AVAILABLE" },
    ],
  };
}

/** Of metrics that are not a count of requests. */
const METRIC_DATA: Readonly<Record<string, object>> = {
  ENDPOINT_REQUEST_ERROR: { key: "timeout_error", value: 2 },
  ENDPOINT_REQUEST_ERROR_RATE: { key: "value", value: 0.01 },
  ENDPOINT_REQUEST_LATENCY_SECONDS_CEIL: { key: "1", value: 1 },
  ENDPOINT_AVAILABILITY: { key: "succeeded", value: 1 },
};

function showMetric(field: string, { requestCount = 0, clock }: FakeGraphOptions): object {
  if (requestCount < METRICS_FROM) {
    throw refuse({
      code: 139_006,
      message: "(#139006) Metrics are not available",
      title: "Metrics threshold is not reached",
    });
  }
  const argument = (name: string): string =>
    new RegExp(`\\.${name}\\(([^)]*)\\)`).exec(field)?.[1] ?? "";
  const count = { key: "value", value: requestCount };
  return {
    name: argument("name"),
    granularity: argument("granularity"),
    data_points: [
      { timestamp: toMetaTime(clock.now()), data: [METRIC_DATA[argument("name")] ?? count] },
    ],
  };
}
