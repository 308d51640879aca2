// Generated from flow.json by `flowpoint flows generate request-quote`. Do not edit.
import { answer, defineFlow } from "flowpoint";
import { z } from "zod";

export const flow = defineFlow({
  name: "request-quote",
  flowJsonSha256: "9cbd0e7992efc06a983d6cd62b08c635b7e3a9fd15bb16c606893abda001c14f",
  contractHash: "6632e7ff3950",
  version: "7.3",
  dataApiVersion: "3.0",
  entryScreens: ["ITEM", "MADE"],
  routes: { ITEM: ["REVIEW"], REVIEW: ["QUOTE"], MADE: ["QUOTE"], QUOTE: [] },
  screens: {
    ITEM: {
      data: z.object({
        so_far: z.string(),
        has_lines: z.boolean(),
        products: z.array(z.object({ id: z.string(), title: z.string(), description: z.string() })),
        extras: z.array(z.object({ id: z.string(), title: z.string(), description: z.string() })),
        has_extras: z.boolean(),
        quantity_hint: z.string(),
        price: z.string(),
        price_list: z.string(),
        lines: z.array(z.object({
          product: z.string(),
          extras: z.array(z.string()),
          quantity: z.int(),
        })),
        error_messages: z.record(z.string(), z.unknown()),
      }),
      input: z.discriminatedUnion("trigger", [
        z.strictObject({
          trigger: z.literal("product_selected"),
          product: answer.choice(),
          quantity: answer.draft(),
          lines: z.array(z.object({
            product: z.string(),
            extras: z.array(z.string()),
            quantity: z.int(),
          })),
        }),
        z.strictObject({
          trigger: z.literal("extras_selected"),
          product: answer.optional(answer.choice()),
          extras: answer.optional(answer.choices()),
          quantity: answer.draft(),
          lines: z.array(z.object({
            product: z.string(),
            extras: z.array(z.string()),
            quantity: z.int(),
          })),
        }),
        z.strictObject({
          trigger: z.literal("item_added"),
          product: answer.choice(),
          extras: answer.optional(answer.choices()),
          quantity: answer.number({ maxLength: 6 }),
          delivery: answer.optional(answer.choice()),
          lines: z.array(z.object({
            product: z.string(),
            extras: z.array(z.string()),
            quantity: z.int(),
          })),
        }),
      ]),
      refreshOnBack: false,
      terminal: false,
    },
    REVIEW: {
      data: z.object({
        items: z.string(),
        totals: z.string(),
        total_cents: z.int(),
        deliveries: z.array(z.object({
          id: z.string(),
          title: z.string(),
          description: z.string(),
        })),
        lines: z.array(z.object({
          product: z.string(),
          extras: z.array(z.string()),
          quantity: z.int(),
        })),
        init_values: z.object({ delivery: z.string() }),
        error_messages: z.record(z.string(), z.unknown()),
      }),
      input: z.discriminatedUnion("trigger", [
        z.strictObject({
          trigger: z.literal("more_wanted"),
          product: answer.choice(),
          extras: answer.optional(answer.choices()),
          quantity: answer.number({ maxLength: 6 }),
          lines: z.array(z.object({
            product: z.string(),
            extras: z.array(z.string()),
            quantity: z.int(),
          })),
        }),
        z.strictObject({
          trigger: z.literal("delivery_selected"),
          delivery: answer.choice(),
          lines: z.array(z.object({
            product: z.string(),
            extras: z.array(z.string()),
            quantity: z.int(),
          })),
        }),
        z.strictObject({
          trigger: z.literal("confirmed"),
          delivery: answer.choice(),
          company: answer.text({ maxLength: 80 }),
          email: answer.email({ maxLength: 80 }),
          lines: z.array(z.object({
            product: z.string(),
            extras: z.array(z.string()),
            quantity: z.int(),
          })),
          seen_total_cents: z.int(),
        }),
      ]),
      refreshOnBack: false,
      terminal: false,
    },
    MADE: {
      data: z.object({
        quote_number: z.string(),
        items: z.string(),
        totals: z.string(),
        validity: z.string(),
      }),
      input: null,
      refreshOnBack: false,
      terminal: false,
    },
    QUOTE: {
      data: z.object({
        quote_number: z.string(),
        items: z.string(),
        totals: z.string(),
        validity: z.string(),
      }),
      input: null,
      refreshOnBack: false,
      terminal: true,
    },
  },
  completion: z.object({ quote_number: z.string() }),
});
