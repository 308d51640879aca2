// Starts the yardstick (bare-rsa.ts) and asks it.

import { fork } from "node:child_process";
import { once } from "node:events";
import type { RsaCost } from "./bare-rsa.ts";

export interface RsaProcess {
  measure(operations: number): Promise<RsaCost>;
  stop(): Promise<void>;
}

export function startRsaProcess(): RsaProcess {
  const child = fork(new URL("./bare-rsa.ts", import.meta.url));
  const ended = once(child, "exit");
  return {
    measure: async (operations) => {
      child.send(operations);
      // What bare-rsa.ts sends; an end instead of an answer rejects.
      const [cost] = (await Promise.race([
        once(child, "message"),
        ended.then(() => Promise.reject(new Error("the RSA process ended early"))),
      ])) as [RsaCost];
      return cost;
    },
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
