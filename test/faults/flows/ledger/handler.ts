// A flow whose completions each leave one row, and which is as unreliable on the way as handlers are: it throws before
// its effect, in the middle of it and after it, and takes its time inside and outside the transaction.

import { setTimeout as delay } from "node:timers/promises";
import { implement } from "flowpoint";
import { z } from "zod";
import { flow } from "./contract.gen.ts";

const MAX_SLOW_MS = 500;

// oxlint-disable-next-line import/no-default-export -- what loads a handler asks for it
export default implement(
  flow,
  { completion: z.object({ mood: z.enum(["well", "throws", "slow"]) }) },
  () => ({
    init: (reply) => reply.show("FORM"),
    exchange: { FORM: (_input, reply) => reply.expire("not asked here") },
    async completed(completion, call) {
      const mood = completion.kind === "readable" ? completion.response.mood : "well";
      const stumble = async (): Promise<void> => {
        if (mood === "slow") await delay(Math.random() * MAX_SLOW_MS);
        if (mood === "throws" && Math.random() < 0.3) throw new Error("as handlers do");
      };
      await stumble();
      await call.once("write", async (trx) => {
        await trx.insertInto("effects").values({ completion: call.key }).execute();
        await stumble();
        return true;
      });
      await stumble();
    },
  }),
);
