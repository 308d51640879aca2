// Metric names are spelled in four places: the contract, the server, the alerts and the dashboard. This holds all of them
// against what a server really tells Prometheus.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { assertNothingLeaked } from "../corpus/privacy.ts";
import { type Canaries, sendOneOfEverything } from "../helpers/one-of-everything.ts";
import { parseScrape, type Sample } from "../helpers/scrape.ts";
import { makeTemporaryFolder, type SpawnedServer, spawnServer } from "../helpers/spawn-server.ts";
import { PARTS } from "../parts/parts.ts";
import { requirePart } from "../parts/require-part.ts";
import { CONTRACT_METRICS } from "./contract-metrics.ts";
import { selectorsIn } from "./promql-selectors.ts";

const DEPLOY = fileURLToPath(new URL("../../deploy", import.meta.url));
const EXCHANGE_BUCKETS = ["0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "7", "10", "+Inf"];

/** Added to every sample by Prometheus, and by nobody else. */
const TARGET_LABELS = ["job", "instance"];
/** A metric that Prometheus makes itself of each scrape. */
const OWN_METRICS = new Set(["up"]);

const RULES = z.object({
  groups: z.array(
    z.object({ rules: z.array(z.object({ record: z.string().optional(), expr: z.string() })) }),
  ),
});
const DASHBOARD = z.object({
  panels: z.array(
    z.object({
      title: z.string(),
      targets: z.array(z.object({ expr: z.string() })).default([]),
    }),
  ),
});

function read(path: string): string {
  return readFileSync(`${DEPLOY}/${path}`, "utf8");
}

const rules = RULES.parse(parse(read("prometheus/rules.yml"))).groups.flatMap(
  (group) => group.rules,
);
const recorded = new Set(rules.flatMap(({ record }) => record ?? []));
const panels = DASHBOARD.parse(JSON.parse(read("grafana/dashboard.json"))).panels;
const queries = panels.flatMap(({ targets }) =>
  targets.map(({ expr }) => expr.replaceAll("$__rate_interval", "5m").replaceAll("$flow", ".*")),
);

function sumOf(samples: readonly Sample[], name: string, labels: Sample["labels"]): number {
  return samples
    .filter((sample) => sample.name === name)
    .filter((sample) =>
      Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    )
    .reduce((sum, { value }) => sum + value, 0);
}

describe("a server's metrics", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let server: SpawnedServer;
  let canaries: Canaries;
  let text: string;
  let samples: readonly Sample[];

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    server = await spawnServer(folder.path);
    canaries = await sendOneOfEverything(
      server,
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    );
    text = await (await fetch(`${server.adminUrl}/metrics`)).text();
    samples = parseScrape(text);
  });

  afterAll(async () => {
    await server.stop();
    await folder.remove();
  });

  it.each(CONTRACT_METRICS)("have $name with exactly the labels $labels", ({ name, labels }) => {
    const found = samples.filter((sample) => sample.name === name);

    expect(found.length).toBeGreaterThan(0);
    for (const sample of found) {
      expect(Object.keys(sample.labels).toSorted()).toEqual([...labels].toSorted());
    }
  });

  it("measure durations where Meta's thresholds lie", () => {
    const bounds = samples
      .filter(({ name }) => name === "flowpoint_exchange_duration_seconds_bucket")
      .map(({ labels }) => labels["le"]);

    expect(bounds).toEqual(expect.arrayContaining(EXCHANGE_BUCKETS));
  });

  it("count what was sent", () => {
    const kept = { result: "stored" };
    const expected = [
      { name: "flowpoint_exchange_requests_total", labels: {}, count: 10 },
      { name: "flowpoint_exchange_requests_total", labels: { status: "421" }, count: 1 },
      { name: "flowpoint_replays_total", labels: {}, count: 1 },
      { name: "flowpoint_client_errors_total", labels: { error: "timeout_error" }, count: 1 },
      { name: "flowpoint_webhook_messages_total", labels: kept, count: 3 },
      {
        name: "flowpoint_webhook_messages_total",
        labels: { ...kept, kind: "unreadable" },
        count: 1,
      },
    ];

    expect(
      expected.map(({ name, labels }) => ({ name, labels, count: sumOf(samples, name, labels) })),
    ).toEqual(expected);
  });

  it("name no flow but the loaded ones, and nothing that was sent", () => {
    const flows = samples.flatMap(({ labels }) => labels["flow"] ?? []);

    expect(new Set(flows)).toEqual(new Set(["drill", "unknown"]));
    assertNothingLeaked(
      { metrics: text },
      { answer: [canaries.answer], phone: [canaries.phone], token: [canaries.token] },
    );
  });

  it("begin at zero where one is enough for an alert", () => {
    const lines = text.split("\n");

    expect(lines).toContain('flowpoint_event_loop_stalls_total{flow="drill"} 0');
    expect(lines).toContain('flowpoint_webhook_duration_seconds_count{status="413"} 0');
  });

  it.each([
    { where: "the alerts", exprs: rules.map(({ expr }) => expr) },
    { where: "the dashboard", exprs: queries },
  ])("are all that $where ask for, by the labels they have", ({ exprs }) => {
    const asked = exprs.flatMap(selectorsIn);
    const known = new Map<string, Set<string>>();
    for (const { name, labels } of samples) {
      const names = known.get(name) ?? new Set(TARGET_LABELS);
      for (const label of Object.keys(labels)) names.add(label);
      known.set(name, names);
    }

    expect(asked.length).toBeGreaterThan(20);
    const wrong = asked
      .filter(({ name }) => !recorded.has(name) && !OWN_METRICS.has(name))
      .filter(({ name, labels }) => !labels.every((label) => known.get(name)?.has(label)));
    expect(wrong).toEqual([]);
  });
});

requirePart("promtool")("the dashboard's queries", () => {
  it("are PromQL", async () => {
    expect(queries.length).toBeGreaterThan(20);
    const groups = [
      { name: "dashboard", rules: queries.map((expr) => ({ record: "query", expr })) },
    ];
    const folder = await makeTemporaryFolder();
    try {
      const file = `${folder.path}/queries.yml`;
      // YAML is a superset of JSON.
      await writeFile(file, JSON.stringify({ groups }));
      const { stdout } = await promisify(execFile)(PARTS.promtool.find() ?? "promtool", [
        "check",
        "rules",
        "--lint=none",
        file,
      ]);
      expect(stdout).toContain(`SUCCESS: ${queries.length} rules found`);
    } finally {
      await folder.remove();
    }
  });
});
