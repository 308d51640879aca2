// The alerts in deploy/prometheus: each fires when it should, is quiet when it should, and has its section in the runbook.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { PARTS } from "../parts/parts.ts";
import { requirePart } from "../parts/require-part.ts";

const DEPLOY = fileURLToPath(new URL("../../deploy", import.meta.url));

/** Days of samples are looked at; it takes some seconds of a processor that others use too. */
const RULES_LIMIT_MS = 180_000;

const CASE_FILES = ["rules.test.yml", "rules.days.test.yml"];

const RULES = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      rules: z.array(
        z.union([
          z.object({
            alert: z.string(),
            expr: z.string(),
            labels: z.strictObject({ severity: z.enum(["page", "ticket"]) }),
            annotations: z.strictObject({ summary: z.string(), runbook_url: z.string() }),
          }),
          z.object({ record: z.string(), expr: z.string() }),
        ]),
      ),
    }),
  ),
});

const CASES = z.object({
  tests: z.array(
    z.object({
      promql_expr_test: z.array(
        z.object({ expr: z.string(), exp_samples: z.array(z.unknown()).default([]) }),
      ),
    }),
  ),
});

function read(path: string): string {
  return readFileSync(`${DEPLOY}/${path}`, "utf8");
}

const rules = RULES.parse(parse(read("prometheus/rules.yml"))).groups.flatMap(
  (group) => group.rules,
);
const alerts = rules.filter((rule) => "alert" in rule);
const names = alerts.map(({ alert }) => alert);

describe("the alerts", () => {
  it("are told apart by their names", () => {
    expect(names.length).toBeGreaterThan(20);
    expect(new Set(names).size).toBe(names.length);
  });

  it("are each tested to fire and to stay quiet", () => {
    const checks = CASE_FILES.flatMap((file) =>
      CASES.parse(parse(read(`prometheus/${file}`))).tests.flatMap((test) => test.promql_expr_test),
    );
    const tested = (isFiring: boolean) =>
      checks
        .filter(({ exp_samples }) => exp_samples.length > 0 === isFiring)
        .map(({ expr }) => /alertname="(\w+)"/.exec(expr)?.[1] ?? "");

    expect(names.filter((name) => !tested(true).includes(name))).toEqual([]);
    expect(names.filter((name) => !tested(false).includes(name))).toEqual([]);
  });

  it("lead each to a section of the runbook, which has no others", () => {
    const runbook = read("runbook.md");
    const sections = [...runbook.matchAll(/^## (Flowpoint\w+)$/gm)].map((match) => match[1] ?? "");

    expect(sections.toSorted()).toEqual(names.toSorted());
    expect(alerts.map(({ annotations }) => annotations.runbook_url)).toEqual(
      names.map((name) => `runbook.md#${name.toLowerCase()}`),
    );
  });

  it("have each told in the runbook what it means, where to look and what to do", () => {
    const sections = read("runbook.md").split(/^## /m).slice(1);

    const incomplete = sections.filter(
      (section) => !/\*\*Means\*\*[^]+\*\*Look at\*\*[^]+\*\*Do\*\*[^]+/.test(section),
    );
    expect(incomplete.map((section) => section.split("\n")[0])).toEqual([]);
  });
});

function promtool(...args: readonly string[]) {
  return promisify(execFile)(PARTS.promtool.find() ?? "promtool", [...args], {
    cwd: `${DEPLOY}/prometheus`,
  });
}

requirePart("promtool")("Prometheus itself", () => {
  it("accepts the rules", async () => {
    const { stdout } = await promtool("check", "rules", "rules.yml");

    expect(stdout).toContain(`SUCCESS: ${rules.length} rules found`);
  });

  it(
    "finds that they fire when they should, and only then",
    async () => {
      // It exits with a status other than 0, and execFile rejects, where one does not.
      const { stdout } = await promtool("test", "rules", ...CASE_FILES);

      expect(stdout).toContain("SUCCESS");
    },
    RULES_LIMIT_MS,
  );
});
