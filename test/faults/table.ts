// Reports as a table: a row for each figure, a column for each candidate.

import type { CampaignReport } from "./campaign.ts";
import type { Fault } from "./nemesis.ts";
import type { OutageReport } from "./outage.ts";
import type { ViolationKind } from "./reconcile.ts";

const FAULTS: Readonly<Record<Fault, string>> = {
  aimed: "instance killed at a statement",
  random: "instance killed at any moment",
  postmaster: "Postgres: postmaster killed",
  all: "Postgres: every process killed",
  immediate: "Postgres: immediate shutdown",
  freeze: "instance frozen",
  zombie: "instance frozen past its lease",
  reset: "connections to Postgres reset",
  stall: "connections to Postgres stalled",
  "black-hole": "connections to Postgres swallowed",
};

const DUPLICATED: readonly ViolationKind[] = ["stored-twice", "several-effects", "several-keys"];

type Figure = readonly [label: string, of: (report: CampaignReport) => number];

const FIGURES: readonly Figure[] = [
  // Typed as keys where they are declared.
  ...Object.entries(FAULTS).map(([fault, label]): Figure => [
    label,
    ({ faults }) => faults.get(fault as Fault) ?? 0,
  ]),
  ["messages", ({ messages }) => messages],
  ["POSTs", ({ posts }) => posts],
  ["duplicates sent", ({ duplicates }) => duplicates],
  ["acknowledged", ({ acked }) => acked],
  ["stored", ({ stored }) => stored],
  ["effects", ({ effects }) => effects],
  ["forwarded", ({ forwarded }) => forwarded],
  ["forwarded, repetitions included", ({ forwards }) => forwards],
  ["given up, and run again by hand", ({ retried }) => retried],
  ["seconds", ({ seconds }) => seconds],
  ["lost", (report) => countOf(report, ["lost"])],
  ["duplicated", (report) => countOf(report, DUPLICATED)],
  [
    "other violations",
    (report) => report.violations.length - countOf(report, ["lost", ...DUPLICATED]),
  ],
];

function countOf({ violations }: CampaignReport, kinds: readonly ViolationKind[]): number {
  return violations.filter(({ kind }) => kinds.includes(kind)).length;
}

export function formatCampaigns(reports: readonly CampaignReport[]): string {
  return format([
    ["", ...reports.map(({ name }) => name)],
    ...FIGURES.map(([label, of]) => [label, ...reports.map((report) => String(of(report)))]),
  ]);
}

export function formatOutage(report: OutageReport): string {
  return format([
    ["Postgres away", `${report.outageSeconds} s`],
    ...[...report.statuses].map(([status, count]) => [`answered ${status} meanwhile`, `${count}`]),
    ["slowest of them", `${report.slowestMs.toFixed(0)} ms`],
    ["first 200 after its return", `${report.recoveredAfterMs.toFixed(0)} ms`],
    ["pings answered", `${report.pingsAnswered} of ${report.pings}`],
    ["slowest ping", `${report.slowestPingMs.toFixed(0)} ms`],
    ["instances that ended", `${report.deaths}`],
    ["messages", `${report.messages}`],
    ["violations", `${report.violations.length}`],
  ]);
}

/** The first column left, the others right. */
function format(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, at) =>
          at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
