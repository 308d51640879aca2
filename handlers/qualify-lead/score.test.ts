import { describe, expect, it } from "vitest";
import { type Lead, scoreLead } from "./score.ts";

type Scored = Parameters<typeof scoreLead>[0];

const BEST: Scored = {
  budget: "over-150k",
  timeline: "within-a-month",
  needs: ["web-app"],
  requirements: "x".repeat(80),
};

const WORST: Scored = {
  budget: "under-10k",
  timeline: "exploring",
  needs: ["unsure"],
  requirements: "An app",
};

describe("the score of a lead", () => {
  it("goes from 0 to 100", () => {
    expect(scoreLead(BEST)).toEqual({ score: 100, grade: "hot" });
    expect(scoreLead(WORST)).toEqual({ score: 0, grade: "cold" });
  });

  it.each<[Lead["budget"], number]>([
    ["over-150k", 40],
    ["50k-to-150k", 30],
    ["10k-to-50k", 15],
    ["undecided", 10],
    ["under-10k", 0],
  ])("gives a budget %s %i points", (budget, points) => {
    expect(scoreLead({ ...WORST, budget }).score).toBe(points);
  });

  it.each<[Lead["timeline"], number]>([
    ["within-a-month", 30],
    ["within-a-quarter", 20],
    ["within-a-year", 10],
    ["exploring", 0],
  ])("gives a timeline %s %i points", (timeline, points) => {
    expect(scoreLead({ ...WORST, timeline }).score).toBe(points);
  });

  it("counts needs that are known, also beside others that are not", () => {
    expect(scoreLead({ ...WORST, needs: ["unsure", "takeover"] }).score).toBe(10);
  });

  it.each([
    [19, 0],
    [20, 10],
    [79, 10],
    [80, 20],
  ])("gives requirements of %i characters %i points", (length, points) => {
    expect(scoreLead({ ...WORST, requirements: ` ${"x".repeat(length)} ` }).score).toBe(points);
  });

  it("is hot from 70 on and warm from 40 on", () => {
    const warm: Scored = { ...BEST, timeline: "exploring" };

    expect(scoreLead(warm)).toEqual({ score: 70, grade: "hot" });
    expect(scoreLead({ ...warm, needs: ["unsure"] })).toEqual({ score: 60, grade: "warm" });
    expect(scoreLead({ ...WORST, budget: "over-150k" })).toEqual({ score: 40, grade: "warm" });
    expect(scoreLead({ ...WORST, budget: "50k-to-150k" })).toEqual({ score: 30, grade: "cold" });
  });

  it("is never hot for less than €10,000", () => {
    expect(scoreLead({ ...BEST, budget: "under-10k" })).toEqual({ score: 60, grade: "warm" });
  });
});
