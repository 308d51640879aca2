// Preloaded into a server that is to be slower than it is: after each answer it burns processor time, so that an
// exchange costs BENCH_SLOW_DOWN percent more than it did.

import { subscribe } from "node:diagnostics_channel";

const share = Number(process.env["BENCH_SLOW_DOWN"]) / 100;
let startedMicros: number | null = null;
let burntMicros = 0;

subscribe("http.server.response.finish", () => {
  const usedMicros = total(process.cpuUsage());
  // What the start has cost is not slowed down.
  startedMicros ??= usedMicros;
  burn((usedMicros - startedMicros - burntMicros) * share - burntMicros);
});

/** Of this thread's own time: the machine may have other things to do. */
function burn(micros: number): void {
  if (!(micros > 0)) return;
  const before = total(process.threadCpuUsage());
  let spent = 0;
  while (spent < micros) spent = total(process.threadCpuUsage()) - before;
  burntMicros += spent;
}

function total({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}
