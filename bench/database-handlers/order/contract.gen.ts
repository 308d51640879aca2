// Generated from flow.json by `flowpoint flows generate order`. Do not edit.
import { answer, defineFlow } from "flowpoint";
import { z } from "zod";

export const flow = defineFlow({
  name: "order",
  flowJsonSha256: "954dbaf9a74cc615b0ef609ba338c14645f8c7ee37c7264a75d380af10f39ca2",
  contractHash: "c0728de22442",
  version: "7.3",
  dataApiVersion: "3.0",
  entryScreens: ["ORDER"],
  routes: { ORDER: [] },
  screens: {
    ORDER: {
      data: z.object({ greeting: z.string() }),
      input: z.strictObject({ wish: answer.optional(answer.text({ maxLength: 600 })) }),
      refreshOnBack: false,
      terminal: true,
    },
  },
  completion: null,
});
