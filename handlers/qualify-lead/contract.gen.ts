// Generated from flow.json by `flowpoint flows generate qualify-lead`. Do not edit.
import { answer, defineFlow } from "flowpoint";
import { z } from "zod";

export const flow = defineFlow({
  name: "qualify-lead",
  flowJsonSha256: "596a8919f291ca0bcd24c488762f2b3f4d5817f9c356f9817b92bb806e042485",
  contractHash: "9c8979476e3b",
  version: "7.3",
  dataApiVersion: null,
  entryScreens: ["CONTACT"],
  routes: { CONTACT: ["PROJECT"], PROJECT: ["REQUIREMENTS"], REQUIREMENTS: [] },
  screens: {
    CONTACT: {
      data: z.object({}),
      input: null,
      refreshOnBack: false,
      terminal: false,
    },
    PROJECT: {
      data: z.object({ name: z.string() }),
      input: null,
      refreshOnBack: false,
      terminal: false,
    },
    REQUIREMENTS: {
      data: z.object({}),
      input: null,
      refreshOnBack: false,
      terminal: true,
    },
  },
  completion: z.object({
    name: answer.text({ maxLength: 80 }),
    company: answer.text({ maxLength: 80 }),
    email: answer.email({ maxLength: 80 }),
    budget: answer.choice(["under-10k", "10k-to-50k", "50k-to-150k", "over-150k", "undecided"]),
    timeline: answer.choice(["within-a-month", "within-a-quarter", "within-a-year", "exploring"]),
    needs: answer.choices(["web-app", "mobile-app", "integration", "reporting", "takeover", "unsure"], {
      min: 1,
    }),
    requirements: answer.text({ maxLength: 600 }),
  }),
});
