// What the running server has counted, from its admin listener. Only of this one server, and since it started.

import type { Settings } from "../app/settings.ts";

const LIMIT_MS = 5_000;

/** One line of the Prometheus text. */
export type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

/** @returns `null` where no server answers; the caller says so */
export async function readServerMetrics({
  ADMIN_HOST,
  ADMIN_PORT,
}: Pick<Settings, "ADMIN_HOST" | "ADMIN_PORT">): Promise<readonly Sample[] | null> {
  const host = ADMIN_HOST.includes(":") ? `[${ADMIN_HOST}]` : ADMIN_HOST;
  try {
    const response = await fetch(`http://${host}:${ADMIN_PORT}/metrics`, {
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    if (!response.ok) return null;
    return (await response.text()).split("\n").flatMap(parseSample);
  } catch {
    return null;
  }
}

function parseSample(line: string): readonly Sample[] {
  const [, name, labels = "", value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) return [];
  const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", text = ""]) => [
    key,
    text,
  ]);
  // Pairs of texts make a record of texts.
  return [{ name, labels: Object.fromEntries(pairs) as Sample["labels"], value: Number(value) }];
}

/** What the endpoint of a flow was asked, health checks left out. */
export type OwnCounts = {
  readonly requests: number;
  /** By status; other than 200 and 427, which are answers. */
  readonly errors: Readonly<Record<string, number>>;
};

export function countOf(samples: readonly Sample[], flow: string): OwnCounts {
  const errors: Record<string, number> = {};
  let requests = 0;
  for (const { name, labels, value } of samples) {
    if (name !== "flowpoint_exchange_requests_total" || labels["flow"] !== flow) continue;
    if (labels["action"] === "ping") continue;
    requests += value;
    const { status = "" } = labels;
    if (status !== "200" && status !== "427") errors[status] = (errors[status] ?? 0) + value;
  }
  return { requests, errors };
}
