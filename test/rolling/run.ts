// `node test/rolling/run.ts`: rolling restarts under load. Progress goes to standard error, the result to standard output;
// exit status 1 when anything was refused, reset, lost or done twice.

import { parseArgs } from "node:util";
import { findBroken } from "./reckon.ts";
import { runRolling } from "./rolling.ts";

const { values } = parseArgs({
  options: {
    restarts: { type: "string", default: "20" },
    instances: { type: "string", default: "4" },
    rate: { type: "string", default: "100" },
    redis: { type: "boolean", default: false },
  },
});

const reckoning = await runRolling({
  restarts: Number(values.restarts),
  instances: Number(values.instances),
  requestsPerSecond: Number(values.rate),
  redis: values.redis,
  note: (progress) => void process.stderr.write(`${progress}\n`),
});
const { requests, refused, resets, lost, twice, restarts, longestMs } = reckoning;
process.stdout.write(
  `${requests} requests over ${restarts} restarts: ${refused.length} not 200, ${resets} reset, ` +
    `${lost.length} lost, ${twice.length} twice; longest answer ${longestMs} ms\n`,
);
const broken = findBroken(reckoning);
for (const line of broken) process.stdout.write(`broken: ${line}\n`);
process.exit(broken.length === 0 ? 0 : 1);
