// Generated from flow.json by `flowpoint flows generate garage`. Do not edit.
import { answer, defineFlow } from "flowpoint";
import { z } from "zod";

export const flow = defineFlow({
  name: "garage",
  flowJsonSha256: "1a187f231dee186a4818d2a8784b87a7e03c57379994160b760dbd3ffcecbc86",
  contractHash: "b94b49fa11d4",
  version: "7.3",
  dataApiVersion: "4.0",
  entryScreens: ["MENU"],
  routes: { MENU: ["REPORT"], REPORT: ["TERMS", "DONE"], TERMS: [], DONE: [] },
  screens: {
    MENU: {
      data: z.object({}),
      input: z.strictObject({ topic: answer.choice(["repair", "tyres"]) }),
      refreshOnBack: false,
      terminal: false,
    },
    REPORT: {
      data: z.object({
        greeting: z.string(),
        first_day: z.string(),
        parts: z.array(z.object({ id: z.string(), title: z.string(), enabled: z.boolean() })),
        name_error: z.string(),
      }),
      input: z.strictObject({
        full_name: answer.text({ maxLength: 80 }),
        part: answer.choice(),
        colour: answer.draft(),
        signs: answer.optional(answer.choices(["noise", "smell"])),
        day: answer.optional(answer.date()),
        away: answer.optional(answer.dateRange({ end: "optional" })),
        photos: answer.optional(answer.photos({ max: 2 })),
      }),
      refreshOnBack: true,
      terminal: false,
    },
    TERMS: {
      data: z.object({}),
      input: null,
      refreshOnBack: false,
      terminal: false,
    },
    DONE: {
      data: z.object({ summary: z.string() }),
      input: null,
      refreshOnBack: false,
      terminal: true,
    },
  },
  completion: z.object({
    name: answer.text({ maxLength: 80 }),
    photos: answer.optional(answer.receivedMedia({ max: 2 })),
  }),
});
