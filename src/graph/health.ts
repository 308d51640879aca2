// Whether Meta lets a flow be sent, and what it measured. Source: Meta, "Flows API" (health_status) and "Metrics API".

import { z } from "zod";
import type { GraphClient } from "./client.ts";
import { isBelowMetricsThreshold } from "./graph-error.ts";

const HEALTH = z
  .object({
    can_send_message: z.string(),
    entities: z
      .array(
        z.object({
          entity_type: z.string(),
          can_send_message: z.string(),
          errors: z
            .array(
              z.object({
                error_code: z.number(),
                error_description: z.string(),
                possible_solution: z.string().optional(),
              }),
            )
            .optional(),
          additional_info: z.array(z.string()).optional(),
        }),
      )
      .default([]),
  })
  .transform((health) => ({
    /** `AVAILABLE`, `LIMITED` or `BLOCKED`. */
    canSend: health.can_send_message,
    problems: health.entities.flatMap(({ entity_type, errors = [], additional_info = [] }) => [
      ...errors.map((error) => ({ entity: entity_type, text: error.error_description })),
      ...additional_info.map((text) => ({ entity: entity_type, text })),
    ]),
  }));

export type FlowHealth = z.output<typeof HEALTH>;

/** @param phoneNumberId  asks about sending from this number */
export async function readHealth(
  client: GraphClient,
  flowId: string,
  phoneNumberId: string | null,
  signal: AbortSignal,
): Promise<FlowHealth> {
  const field = phoneNumberId === null ? "" : `.phone_number(${phoneNumberId})`;
  const { health_status } = await client.call(
    {
      method: "GET",
      path: [flowId],
      query: { fields: `health_status${field}` },
      answer: z.object({ health_status: HEALTH }),
      operation: "tell the flow's health",
      repeatable: true,
    },
    signal,
  );
  return health_status;
}

export const FLOW_METRICS = [
  "ENDPOINT_REQUEST_COUNT",
  "ENDPOINT_REQUEST_ERROR",
  "ENDPOINT_REQUEST_ERROR_RATE",
  "ENDPOINT_REQUEST_LATENCY_SECONDS_CEIL",
  "ENDPOINT_AVAILABILITY",
] as const;

export type MetricQuery = {
  readonly name: (typeof FLOW_METRICS)[number];
  /** Days go back 90 days, hours 30. */
  readonly granularity: "DAY" | "HOUR" | "LIFETIME";
  /** YYYY-MM-DD. */
  readonly since: string;
  readonly until: string;
};

const METRIC = z.object({
  metric: z.object({
    data_points: z
      .array(
        z.object({
          timestamp: z.string(),
          data: z.array(z.object({ key: z.string(), value: z.number() })),
        }),
      )
      .default([]),
  }),
});

export type MetricPoint = {
  readonly timestamp: string;
  readonly values: Readonly<Record<string, number>>;
};

/** @returns `null` while Meta has seen too few requests to tell */
export async function readMetric(
  client: GraphClient,
  flowId: string,
  { name, granularity, since, until }: MetricQuery,
  signal: AbortSignal,
): Promise<readonly MetricPoint[] | null> {
  const fields = `metric.name(${name}).granularity(${granularity}).since(${since}).until(${until})`;
  try {
    const { metric } = await client.call(
      {
        method: "GET",
        path: [flowId],
        query: { fields },
        answer: METRIC,
        operation: "tell the flow's metrics",
        repeatable: true,
      },
      signal,
    );
    return metric.data_points.map(({ timestamp, data }) => ({
      timestamp,
      values: Object.fromEntries(data.map(({ key, value }) => [key, value])),
    }));
  } catch (error) {
    if (isBelowMetricsThreshold(error)) return null;
    throw error;
  }
}

/** How an endpoint did over a span of days, as Meta's servers saw it. */
export type EndpointMetrics = {
  readonly requests: number;
  /** By Meta's names. */
  readonly errors: Readonly<Record<string, number>>;
  /** Of the health checks, from 0 to 1; `null` where there were none. */
  readonly availability: number | null;
};

/**
 * @param span  YYYY-MM-DD, at most 90 days back
 * @returns `null` while Meta has seen too few requests to tell
 */
export async function readEndpointMetrics(
  client: GraphClient,
  flowId: string,
  span: Pick<MetricQuery, "since" | "until">,
  signal: AbortSignal,
): Promise<EndpointMetrics | null> {
  const read = (name: MetricQuery["name"]): Promise<readonly MetricPoint[] | null> =>
    readMetric(client, flowId, { ...span, granularity: "DAY", name }, signal);
  const counts = await read("ENDPOINT_REQUEST_COUNT");
  const errors = await read("ENDPOINT_REQUEST_ERROR");
  if (counts === null || errors === null) return null;
  const { succeeded = 0, failed = 0 } = sumOf((await read("ENDPOINT_AVAILABILITY")) ?? []);
  return {
    requests: sumOf(counts)["value"] ?? 0,
    errors: sumOf(errors),
    availability: succeeded + failed === 0 ? null : succeeded / (succeeded + failed),
  };
}

function sumOf(points: readonly MetricPoint[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { values } of points) {
    for (const [key, value] of Object.entries(values)) sums[key] = (sums[key] ?? 0) + value;
  }
  return sums;
}
