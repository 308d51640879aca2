// Generated from flow.json by `flowpoint flows generate support-ticket`. Do not edit.
import { answer, defineFlow } from "flowpoint";
import { z } from "zod";

export const flow = defineFlow({
  name: "support-ticket",
  flowJsonSha256: "ebe8412f160d1502ce0a8019f8f8a5447e5dc65c8b55cef466da469bdf16a7a5",
  contractHash: "1df4f36bef03",
  version: "7.3",
  dataApiVersion: "3.0",
  entryScreens: ["ORDER", "SENT"],
  routes: {
    ORDER: ["CONTACT", "DETAILS"],
    CONTACT: ["DETAILS"],
    DETAILS: ["TICKET"],
    SENT: ["TICKET"],
    TICKET: [],
  },
  screens: {
    ORDER: {
      data: z.object({ error_messages: z.record(z.string(), z.unknown()) }),
      input: z.strictObject({
        category: answer.choice(["damaged", "wrong-item", "not-delivered", "other"]),
        order_number: answer.draft(),
      }),
      refreshOnBack: false,
      terminal: false,
    },
    CONTACT: {
      data: z.object({
        category: z.string(),
        order_number: z.string(),
        resolutions: z.array(z.object({
          id: z.string(),
          title: z.string(),
          description: z.string(),
        })),
        error_messages: z.record(z.string(), z.unknown()),
      }),
      input: z.strictObject({
        category: z.string(),
        order_number: z.string(),
        resolution: answer.choice(),
        name: answer.text({ maxLength: 80 }),
        contact_by: answer.choice(["whatsapp", "phone", "email"]),
        phone: answer.draft(),
        email: answer.draft(),
      }),
      refreshOnBack: false,
      terminal: false,
    },
    DETAILS: {
      data: z.object({
        summary: z.string(),
        category: z.string(),
        order_number: z.string(),
        resolution: z.string(),
        name: z.string(),
        contact_by: z.string(),
        phone: z.string(),
        email: z.string(),
        error_messages: z.record(z.string(), z.unknown()),
      }),
      input: z.strictObject({
        category: z.string(),
        order_number: z.string(),
        resolution: z.string(),
        name: z.string(),
        contact_by: z.string(),
        phone: z.string(),
        email: z.string(),
        description: answer.text({ maxLength: 600 }),
        photos: answer.optional(answer.photos({ max: 3 })),
      }),
      refreshOnBack: false,
      terminal: false,
    },
    SENT: {
      data: z.object({ ticket_number: z.string(), summary: z.string(), next_step: z.string() }),
      input: null,
      refreshOnBack: false,
      terminal: false,
    },
    TICKET: {
      data: z.object({ ticket_number: z.string(), summary: z.string(), next_step: z.string() }),
      input: null,
      refreshOnBack: false,
      terminal: true,
    },
  },
  completion: z.object({
    ticket_number: z.string(),
    photos: answer.optional(answer.receivedMedia()),
  }),
});
