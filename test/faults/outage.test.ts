// That an outage is judged by what was promised: each way to fall short of it is found and named.

import { describe, expect, it } from "vitest";
import type { Answer } from "./meta.ts";
import { findOutageFailures, type OutageReport } from "./outage.ts";

const GOOD: OutageReport = {
  outageSeconds: 60,
  statuses: new Map([[503, 1_000]]),
  slowestMs: 1_900,
  recoveredAfterMs: 4_900,
  pings: 10,
  pingsAnswered: 10,
  slowestPingMs: 5,
  deaths: 0,
  messages: 100,
  violations: [],
};

function statuses(...counts: readonly [Answer["status"], number][]): OutageReport["statuses"] {
  return new Map(counts);
}

describe("an outage", () => {
  it("is well weathered when only 503 is said, soon, and 200 soon afterwards", () => {
    expect(findOutageFailures(GOOD)).toEqual([]);
  });

  it.each<{ readonly report: Partial<OutageReport>; readonly failure: string }>([
    { report: { statuses: new Map() }, failure: "nothing was answered 503 during the outage" },
    {
      report: { statuses: statuses([503, 9], [200, 1]) },
      failure: "answered 200 during the outage",
    },
    {
      report: { statuses: statuses([503, 9], ["none", 1]) },
      failure: "answered none during the outage",
    },
    { report: { slowestMs: 2_001 }, failure: "an answer took longer than 2 s" },
    { report: { recoveredAfterMs: Infinity }, failure: "no 200 within 5 s of its return" },
    { report: { pingsAnswered: 9 }, failure: "a ping was not answered" },
    { report: { deaths: 1 }, failure: "an instance ended" },
    { report: { violations: [{ kind: "lost", id: "a" }] }, failure: "lost a" },
  ])("is not when $failure", ({ report, failure }) => {
    expect(findOutageFailures({ ...GOOD, ...report })).toEqual([failure]);
  });
});
