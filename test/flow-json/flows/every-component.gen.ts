// Generated from flow.json by `flowpoint flows generate every-component`. Do not edit.
import { answer, defineFlow } from "flowpoint";
import { z } from "zod";

export const flow = defineFlow({
  name: "every-component",
  flowJsonSha256: "47f7ff9bd3185b1b84e48a46f253246fca35bf78798e45c5dcf9c796303643cc",
  contractHash: "96f1809c4b1f",
  version: "7.3",
  dataApiVersion: "3.0",
  entryScreens: ["MENU"],
  routes: {
    MENU: ["TYPED", "CHOSEN"],
    TYPED: ["CHOSEN"],
    CHOSEN: ["DATES"],
    DATES: ["FILES"],
    FILES: ["READ"],
    READ: ["CARRIED"],
    CARRIED: ["LAST"],
    LAST: [],
  },
  screens: {
    MENU: {
      data: z.object({
        items: z.array(z.object({
          id: z.string(),
          "main-content": z.object({ title: z.string() }),
          "on-click-action": z.object({
            name: z.string(),
            payload: z.object({ offer: z.string() }),
          }),
        })),
      }),
      input: z.union([
        z.strictObject({ offer: z.string() }),
        z.strictObject({ picked: answer.choice(["one", "two"]) }),
      ]),
      refreshOnBack: false,
      terminal: false,
    },
    TYPED: {
      data: z.object({}),
      input: z.union([
        z.strictObject({
          skipped: z.literal(false),
          plain: answer.text({ minLength: 2, maxLength: 80, pattern: "^[A-Z]" }),
          mail: answer.optional(answer.email({ maxLength: 80 })),
          call: answer.optional(answer.phone({ maxLength: 80 })),
          secret: answer.optional(answer.text({ maxLength: 80 })),
          pin: answer.passcode({ minLength: 4, maxLength: 6 }),
          count: answer.number({ maxLength: 3 }),
          long: answer.optional(answer.text({ maxLength: 200 })),
          terms: answer.consent({ required: true }),
          news: answer.consent(),
          greeting: z.string(),
          twice: z.number(),
          is_many: z.boolean(),
        }),
        z.strictObject({
          skipped: z.literal(true),
          plain: answer.draft(),
          count: answer.draft(),
          news: answer.consent(),
        }),
      ]),
      refreshOnBack: false,
      terminal: false,
    },
    CHOSEN: {
      data: z.object({
        rows: z.array(z.object({ id: z.string(), title: z.string() })),
        kind: z.string(),
        is_open: z.boolean(),
      }),
      input: z.discriminatedUnion("trigger", [
        z.strictObject({
          trigger: z.literal("radio"),
          radio: answer.choice(["a", "b"]),
          boxes: answer.optional(answer.choices(["a", "b"])),
        }),
        z.strictObject({
          trigger: z.literal("done"),
          radio: answer.choice(["a", "b"]),
          boxes: answer.choices(["a", "b"], { min: 1, max: 2 }),
          chips: answer.optional(answer.choices()),
          down: answer.choice(),
          why: answer.draft(),
          how_small: answer.draft(),
          how_else: answer.draft(),
          why_not: answer.draft(),
          rows: z.array(z.object({ id: z.string(), title: z.string() })),
          nested: z.strictObject({ list: z.tuple([z.literal("a"), z.string()]) }),
        }),
      ]),
      refreshOnBack: false,
      terminal: false,
    },
    DATES: {
      data: z.object({}),
      input: z.discriminatedUnion("trigger", [
        z.strictObject({ trigger: z.literal("day"), day: answer.date() }),
        z.strictObject({
          trigger: z.literal("done"),
          day: answer.date({ min: "2026-01-01" }),
          single: answer.optional(answer.date()),
          stay: answer.dateRange({ minDays: 1, maxDays: 14 }),
          open_stay: answer.dateRange({ end: "optional" }),
          from: answer.date(),
        }),
      ]),
      refreshOnBack: false,
      terminal: false,
    },
    FILES: {
      data: z.object({}),
      input: z.strictObject({ documents: answer.documents({ min: 1, max: 2 }) }),
      refreshOnBack: false,
      terminal: false,
    },
    READ: {
      data: z.object({}),
      input: null,
      refreshOnBack: false,
      terminal: false,
    },
    CARRIED: {
      data: z.object({
        count: z.number(),
        pin: z.number(),
        long: z.string(),
        news: z.boolean(),
        chips: z.array(z.string()),
      }),
      input: z.strictObject({
        count: answer.optional(answer.number()),
        pin: answer.optional(answer.number()),
        long: answer.draft(),
        news: answer.consent(),
        chips: answer.optional(answer.choices()),
      }),
      refreshOnBack: true,
      terminal: false,
    },
    LAST: {
      data: z.object({}),
      input: null,
      refreshOnBack: false,
      terminal: true,
    },
  },
  completion: z.object({
    photos: answer.optional(answer.receivedMedia({ max: 2 })),
    documents: answer.receivedMedia({ min: 1, max: 2 }),
    count: answer.draft(),
    radio: answer.choice(["a", "b"]),
    stay: answer.dateRange({ minDays: 1, maxDays: 14 }),
    done: z.literal(true),
  }),
});
