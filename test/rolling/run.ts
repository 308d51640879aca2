// `node test/rolling/run.ts`: several instances behind nginx, under load. Progress goes to standard error, the result to
// standard output; exit status 1 when anything was refused that should not be, lost or done twice.
//
//     --restarts 20 --redis       rolling restarts, twenty of every instance
//     --rotate-keys 18            another key every ten seconds, for three minutes
//     --events redis,postgres,freeze    each in turn goes away for 20 s and comes back; freeze: one instance
//
// --instances and --rate (requests a second) are good for all of them, --every and --away (seconds) for the last two.

import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { type Event, EVENTS, type EventReport, findBrokenInEvent, runEvent } from "./events.ts";
import { findBroken, findBrokenInRotation, type Reckoning } from "./reckon.ts";
import { runRolling } from "./rolling.ts";
import { runRotation } from "./rotation.ts";

const { values } = parseArgs({
  options: {
    restarts: { type: "string", default: "20" },
    "rotate-keys": { type: "string" },
    every: { type: "string", default: "10" },
    events: { type: "string" },
    away: { type: "string", default: "20" },
    instances: { type: "string", default: "4" },
    rate: { type: "string", default: "100" },
    redis: { type: "boolean", default: false },
  },
});

const common = {
  instances: Number(values.instances),
  requestsPerSecond: Number(values.rate),
  redis: values.redis,
  note: (progress: string) => void process.stderr.write(`${progress}\n`),
};

print(`${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model}`);
print(`${values.instances} instances, ${values.rate} requests a second`);
const broken = await run();
for (const line of broken) print(`broken: ${line}`);
process.exit(broken.length === 0 ? 0 : 1);

async function run(): Promise<readonly string[]> {
  if (values.events !== undefined) {
    const failures: string[] = [];
    for (const event of parseEvents(values.events)) {
      const awayMs = Number(values.away) * 1_000;
      const report = await runEvent(event, { ...common, beforeMs: 5_000, awayMs });
      printEvent(report);
      failures.push(...findBrokenInEvent(report).map((failure) => `${event}: ${failure}`));
    }
    return failures;
  }
  const rotations = values["rotate-keys"];
  if (rotations !== undefined) {
    const { reckoning, longestPickUpMs } = await runRotation({
      ...common,
      rotations: Number(rotations),
      everyMs: Number(values.every) * 1_000,
    });
    print(
      `${rotations} keys: ${tell(reckoning)}; ${reckoning.refetched} × 421, then 200; ` +
        `a new key was in use on all after ${longestPickUpMs} ms at most`,
    );
    return findBrokenInRotation(reckoning);
  }
  const reckoning = await runRolling({ ...common, restarts: Number(values.restarts) });
  print(`${reckoning.restarts} restarts: ${tell(reckoning)}`);
  return findBroken(reckoning);
}

function parseEvents(names: string): readonly Event[] {
  return names.split(",").map((name) => {
    const event = EVENTS.find((known) => known === name);
    if (event === undefined) throw new Error(`no such event; there are ${EVENTS.join(", ")}`);
    return event;
  });
}

function tell({ requests, refused, resets, lost, twice, longestMs }: Reckoning): string {
  return (
    `${requests} requests, ${refused.length} not 200, ${resets} reset, ` +
    `${lost.length} lost, ${twice.length} twice; longest answer ${longestMs} ms`
  );
}

function printEvent(report: EventReport): void {
  print(`\n${report.event}, away for ${values.away} s: ${tell(report.reckoning)}`);
  print(
    `while away: ${list(report.during)}; longest without a good answer ` +
      `${Math.round(report.longestGapMs)} ms, all well ${Math.round(report.recoveredAfterMs)} ms after its return`,
  );
  for (const { at, outcomes, slowestMs } of report.seconds) {
    print(`${String(at).padStart(4)} s  ${list(outcomes)}  (slowest ${Math.round(slowestMs)} ms)`);
  }
}

function list(outcomes: ReadonlyMap<string, number>): string {
  return [...outcomes].map(([outcome, count]) => `${count} × ${outcome}`).join(", ");
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
