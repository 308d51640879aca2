// Generated from flow.json by `flowpoint flows generate echo`. Do not edit.
import { answer, defineFlow } from "flowpoint";
import { z } from "zod";

export const flow = defineFlow({
  name: "echo",
  flowJsonSha256: "d315bb5dcd9ba53df788e335c0b45d7ee6a7dee13980f786ed5a58feb5716eb3",
  contractHash: "e7841628cbfd",
  version: "7.3",
  dataApiVersion: "3.0",
  entryScreens: ["CHOOSE"],
  routes: { CHOOSE: [] },
  screens: {
    CHOOSE: {
      data: z.object({
        greeting: z.string(),
        chosen: z.string(),
        slots: z.array(z.object({ id: z.string(), title: z.string(), description: z.string() })),
      }),
      input: z.discriminatedUnion("trigger", [
        z.strictObject({ trigger: z.literal("chosen"), slot: answer.choice() }),
        z.strictObject({
          trigger: z.literal("submitted"),
          slot: answer.optional(answer.choice()),
          note: answer.optional(answer.text({ maxLength: 600 })),
        }),
      ]),
      refreshOnBack: false,
      terminal: true,
    },
  },
  completion: null,
});
