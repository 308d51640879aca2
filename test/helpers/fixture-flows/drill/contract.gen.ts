// Generated from flow.json by `flowpoint flows generate drill`. Do not edit.
import { answer, defineFlow } from "flowpoint";
import { z } from "zod";

export const flow = defineFlow({
  name: "drill",
  flowJsonSha256: "80787a15c5f261971c2be0017185aca3224410bb05916c19a1437d4b3fcae326",
  contractHash: "f0027f598950",
  version: "7.3",
  dataApiVersion: "3.0",
  entryScreens: ["START"],
  routes: {
    START: ["DETAILS", "FILES", "PAPERS"],
    DETAILS: ["SUMMARY"],
    FILES: [],
    PAPERS: [],
    SUMMARY: [],
  },
  screens: {
    START: {
      data: z.object({}),
      input: z.discriminatedUnion("trigger", [
        z.strictObject({ trigger: z.literal("size"), size: answer.choice(["small", "large"]) }),
        z.strictObject({
          trigger: z.literal("next"),
          behave: answer.text({ maxLength: 80 }),
          note: answer.optional(answer.text({ maxLength: 600 })),
        }),
      ]),
      refreshOnBack: false,
      terminal: false,
    },
    DETAILS: {
      data: z.object({
        title: z.string(),
        count: z.number(),
        bag: z.record(z.string(), z.unknown()),
      }),
      input: z.strictObject({
        title: z.string(),
        count: z.number(),
        bag: z.record(z.string(), z.unknown()),
      }),
      refreshOnBack: true,
      terminal: false,
    },
    FILES: {
      data: z.object({}),
      input: z.strictObject({ photos: answer.photos({ min: 1, max: 2 }) }),
      refreshOnBack: false,
      terminal: true,
    },
    PAPERS: {
      data: z.object({}),
      input: z.strictObject({ documents: answer.optional(answer.documents({ max: 1 })) }),
      refreshOnBack: false,
      terminal: true,
    },
    SUMMARY: {
      data: z.object({ line: z.string() }),
      input: z.strictObject({ agreed: z.literal("yes") }),
      refreshOnBack: false,
      terminal: true,
    },
  },
  completion: null,
});
