// Sends health checks from a process of its own: the one that sends the flood may be late with everything. Told what to
// send, it says when it has its connections; told so once more, it sends, and answers with what became of it. It ends
// with the process that started it.

import type { Buffer } from "node:buffer";
import { once } from "node:events";
import { type Outcome, sendAtRate } from "./loops.ts";
import { Wire } from "./wire.ts";

export type PingOrder = {
  readonly url: string;
  readonly perSecond: number;
  readonly connections: number;
  readonly pings: readonly Buffer[];
};

export type PingResult = readonly Outcome[];

process.once("message", (order: PingOrder) => {
  void send(order).then((result) => process.send?.(result));
});

async function send({ url, perSecond, connections, pings }: PingOrder): Promise<PingResult> {
  const wire = new Wire(url, connections);
  await wire.connect(connections);
  const told = once(process, "message");
  process.send?.("ready");
  await told;
  const outcomes = await sendAtRate(wire, perSecond, pings);
  wire.close();
  return outcomes;
}
