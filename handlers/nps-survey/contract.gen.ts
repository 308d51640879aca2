// Generated from flow.json by `flowpoint flows generate nps-survey`. Do not edit.
import { answer, defineFlow } from "flowpoint";
import { z } from "zod";

export const flow = defineFlow({
  name: "nps-survey",
  flowJsonSha256: "f0535a9fa5224dc288d1d1612f40473c4af3b07f0abb35300ab7eb9bb9b1b9b4",
  contractHash: "db26b6778899",
  version: "7.3",
  dataApiVersion: null,
  entryScreens: ["RATING"],
  routes: { RATING: ["REASONS"], REASONS: [] },
  screens: {
    RATING: {
      data: z.object({}),
      input: null,
      refreshOnBack: false,
      terminal: false,
    },
    REASONS: {
      data: z.object({ rating: z.string() }),
      input: null,
      refreshOnBack: false,
      terminal: true,
    },
  },
  completion: z.object({
    rating: answer.choice(["10", "9", "8", "7", "6", "5", "4", "3", "2", "1", "0"]),
    praised: answer.optional(answer.choices([
      "service",
      "quality",
      "speed",
      "price",
      "simplicity",
    ])),
    missed: answer.optional(answer.choices(["service", "quality", "speed", "price", "choice"])),
    disappointed: answer.optional(answer.choices([
      "service",
      "quality",
      "speed",
      "price",
      "mistake",
    ])),
    comment: answer.optional(answer.text({ maxLength: 600 })),
  }),
});
