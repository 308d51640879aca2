// Generated from flow.json by `flowpoint flows generate clinic`. Do not edit.
import { answer, defineFlow } from "flowpoint";
import { z } from "zod";

export const flow = defineFlow({
  name: "clinic",
  flowJsonSha256: "dc8ccb19c5cb843a8b8029b4cd588e21c5a877b570f0438b2fec08502a580ae7",
  contractHash: "e624643a8c89",
  version: "7.3",
  dataApiVersion: "3.0",
  entryScreens: ["APPOINTMENT"],
  routes: { APPOINTMENT: ["DETAILS", "TERMS"], DETAILS: ["SUMMARY"], TERMS: [], SUMMARY: [] },
  screens: {
    APPOINTMENT: {
      data: z.object({
        department: z.array(z.object({ id: z.string(), title: z.string() })),
        date: z.array(z.object({ id: z.string(), title: z.string() })),
        is_date_enabled: z.boolean(),
      }),
      input: z.discriminatedUnion("trigger", [
        z.strictObject({
          trigger: z.literal("department_selected"),
          department: answer.choice(),
          date: answer.optional(answer.choice()),
        }),
        z.strictObject({
          trigger: z.literal("submitted"),
          department: answer.choice(),
          date: answer.optional(answer.choice()),
        }),
      ]),
      refreshOnBack: false,
      terminal: false,
    },
    DETAILS: {
      data: z.object({
        summary: z.string(),
        names: z.object({ first: z.string(), last: z.optional(z.string()) }),
        note: z.optional(z.string()),
      }),
      input: z.strictObject({
        name: answer.text({ minLength: 2, maxLength: 80 }),
        email: answer.optional(answer.email({ maxLength: 80 })),
        code: answer.text({ maxLength: 6, pattern: "^[A-Z]{3}\\d{3}$" }),
        more: answer.optional(answer.text({ maxLength: 600 })),
        news: answer.consent(),
        terms: answer.consent({ required: true }),
        reason: answer.draft(),
        department: answer.choice(),
        note: z.optional(z.string()),
        first: z.string(),
        greeting: z.string(),
        nested: z.strictObject({
          step: z.literal(2),
          tags: z.tuple([z.literal("a"), answer.text({ minLength: 2, maxLength: 80 })]),
        }),
      }),
      refreshOnBack: true,
      terminal: false,
    },
    TERMS: {
      data: z.object({}),
      input: null,
      refreshOnBack: false,
      terminal: true,
    },
    SUMMARY: {
      data: z.object({ total: z.int() }),
      input: z.strictObject({}),
      refreshOnBack: false,
      terminal: true,
    },
  },
  completion: z.object({ agreed: z.literal(true) }),
});
