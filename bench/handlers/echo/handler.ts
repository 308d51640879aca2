// The least that a handler can do: no database, no waiting. What an exchange costs with it is what Flowpoint costs.
// BENCH_SLOTS sets the length of the list, and with it the size of an answer: about 100 bytes each.

import { implement } from "flowpoint";
import { flow } from "./contract.gen.ts";

const DEFAULT_SLOTS = 8;

// oxlint-disable-next-line import/no-default-export -- a handler is the default export of its file
export default implement(flow, ({ env }) => {
  const slots = Array.from({ length: Number(env["BENCH_SLOTS"] ?? DEFAULT_SLOTS) }, (_, i) => ({
    id: `slot-${i}`,
    title: `${8 + (i % 10)}:30`,
    description: "30 minutes with Ana, Calle Mayor 4, second floor",
  }));
  const greeting = "Which time suits you?";
  return {
    init: (reply) => reply.show("CHOOSE", { greeting, chosen: "slot-0", slots }),
    exchange: {
      CHOOSE: (input, reply) =>
        input.trigger === "chosen"
          ? reply.show("CHOOSE", { greeting, chosen: input.slot, slots })
          : reply.finish({ slot: input.slot, note: input.note }),
    },
  };
});
