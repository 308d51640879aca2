// What does it cost to lint a flow? Each round is a process of its own, since that is what the user of `flows check`
// starts: the first look of a process is the one that is waited for, and the slowest.

import { fork } from "node:child_process";
import { once } from "node:events";
import { type Figure, figuresFrom } from "./figure.ts";
import type { LintTimes } from "./lint-process.ts";

const ROUNDS = 7;

export async function measureLinter(note: (progress: string) => void): Promise<readonly Figure[]> {
  const rounds: LintTimes[] = [];
  for (let i = 1; i <= ROUNDS; i += 1) {
    const times = await lintOnce();
    rounds.push(times);
    note(
      `round ${i} of ${ROUNDS}: ${times.firstMs.toFixed(0)} ms, again ${times.againMs.toFixed(0)} ms, ` +
        `${times.cases} cases ${times.casesMs.toFixed(0)} ms`,
    );
  }
  const figure = figuresFrom(rounds, "linter");
  return [
    figure(
      "first",
      "CPU of 100 screens of 40 inputs, a process's first look",
      "ms",
      (times) => times.firstMs,
    ),
    figure("again", "the same again", "ms", (times) => times.againMs),
    figure("cases", `then the ${rounds[0]?.cases ?? 0} case files`, "ms", (times) => times.casesMs),
  ];
}

async function lintOnce(): Promise<LintTimes> {
  const child = fork(new URL("./lint-process.ts", import.meta.url));
  const ended = once(child, "exit");
  // What lint-process.ts sends; an end instead rejects.
  const [times] = (await Promise.race([
    once(child, "message"),
    ended.then(() => Promise.reject(new Error("the linting process ended early"))),
  ])) as [LintTimes];
  await ended;
  return times;
}
