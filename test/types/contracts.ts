// Small contracts for the type tests, as `flowpoint flows generate` writes them: each has what one promise is about.

import { defineFlow } from "flowpoint";
import { z } from "zod";

/** Two entry screens; MENU leads to ORDER and ORDER to THANKS; leaving ORDER asks the endpoint. */
export const shop = defineFlow({
  name: "shop",
  flowJsonSha256: "0",
  contractHash: "0",
  version: "7.1",
  dataApiVersion: "3.0",
  entryScreens: ["MENU", "RETURNS"],
  routes: { MENU: ["ORDER"], ORDER: ["THANKS"], THANKS: [], RETURNS: [] },
  screens: {
    MENU: {
      data: z.object({ dishes: z.array(z.object({ id: z.string(), title: z.string() })) }),
      input: z.discriminatedUnion("trigger", [
        z.strictObject({ trigger: z.literal("dish"), dish: z.string() }),
        z.strictObject({ trigger: z.literal("order"), dish: z.string(), count: z.number() }),
      ]),
      refreshOnBack: false,
      terminal: false,
    },
    ORDER: {
      data: z.object({ total: z.number(), hint: z.optional(z.string()) }),
      input: z.strictObject({ confirmed: z.boolean() }),
      refreshOnBack: true,
      terminal: false,
    },
    THANKS: {
      data: z.object({ line: z.optional(z.string()) }),
      input: null,
      refreshOnBack: false,
      terminal: true,
    },
    RETURNS: {
      data: z.object({}),
      input: z.strictObject({ reason: z.string() }),
      refreshOnBack: false,
      terminal: false,
    },
  },
  completion: null,
});

/** One screen, whose `complete` action ends the flow; nothing is refreshed on BACK. */
export const survey = defineFlow({
  name: "survey",
  flowJsonSha256: "0",
  contractHash: "0",
  version: "7.1",
  dataApiVersion: "3.0",
  entryScreens: ["RATING"],
  routes: { RATING: [] },
  screens: {
    RATING: {
      data: z.object({}),
      input: z.strictObject({ stars: z.number() }),
      refreshOnBack: false,
      terminal: true,
    },
  },
  completion: z.object({ stars: z.number() }),
});

/** No endpoint in its flow.json. */
export const leaflet = defineFlow({
  name: "leaflet",
  flowJsonSha256: "0",
  contractHash: "0",
  version: "7.1",
  dataApiVersion: null,
  entryScreens: ["PAGE"],
  routes: { PAGE: [] },
  screens: {
    PAGE: { data: z.object({}), input: null, refreshOnBack: false, terminal: true },
  },
  completion: z.object({ answer: z.string() }),
});
