// Generated from flow.json by `flowpoint flows generate feedback`. Do not edit.
import { answer, defineFlow } from "flowpoint";
import { z } from "zod";

export const flow = defineFlow({
  name: "feedback",
  flowJsonSha256: "006fd3345735ec05a35e326bbc2e73535eab1447a3f176f0da397bedacf491df",
  contractHash: "ee028320f9fb",
  version: "7.1",
  dataApiVersion: "3.0",
  entryScreens: ["FORM"],
  routes: { FORM: [] },
  screens: {
    FORM: {
      data: z.object({}),
      input: z.strictObject({ line: answer.text({ maxLength: 80 }) }),
      refreshOnBack: false,
      terminal: true,
    },
  },
  completion: null,
});
