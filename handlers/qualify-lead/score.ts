// How good a lead is, from 0 to 100, so that sales call the best ones first. Points are added up:
//
//     budget        over €150,000 40 · to €150,000 30 · to €50,000 15 · not decided 10 · under €10,000 0
//     timeline      within a month 30 · a quarter 20 · a year 10 · only exploring 0
//     needs         10 for knowing what it is about, which "not sure yet" alone is not
//     requirements  20 from 80 characters on, 10 from 20 on, 0 for less
//
// From 70 on a lead is hot: call today. From 40 on it is warm: write this week. Below it is cold: the newsletter will do.
// A lead whose budget is under €10,000 can reach 60 and is never hot.

import type { z } from "zod";
import type { flow } from "./contract.gen.ts";

/** What a lead answered. */
export type Lead = z.output<typeof flow.completion>;

export type Grade = "hot" | "warm" | "cold";

const BUDGET = {
  "over-150k": 40,
  "50k-to-150k": 30,
  "10k-to-50k": 15,
  undecided: 10,
  "under-10k": 0,
} satisfies Record<Lead["budget"], number>;

const TIMELINE = {
  "within-a-month": 30,
  "within-a-quarter": 20,
  "within-a-year": 10,
  exploring: 0,
} satisfies Record<Lead["timeline"], number>;

const HOT_FROM = 70;
const WARM_FROM = 40;

export function scoreLead({
  budget,
  timeline,
  needs,
  requirements,
}: Pick<Lead, "budget" | "timeline" | "needs" | "requirements">): {
  readonly score: number;
  readonly grade: Grade;
} {
  const knowsNeeds = needs.some((need) => need !== "unsure");
  const score =
    BUDGET[budget] + TIMELINE[timeline] + (knowsNeeds ? 10 : 0) + detailPoints(requirements);
  return { score, grade: gradeOf(score) };
}

function detailPoints(requirements: string): number {
  const length = requirements.trim().length;
  if (length >= 80) return 20;
  return length >= 20 ? 10 : 0;
}

function gradeOf(score: number): Grade {
  if (score >= HOT_FROM) return "hot";
  return score >= WARM_FROM ? "warm" : "cold";
}
