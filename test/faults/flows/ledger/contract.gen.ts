// Generated from flow.json by `flowpoint flows generate ledger`. Do not edit.
import { answer, defineFlow } from "flowpoint";
import { z } from "zod";

export const flow = defineFlow({
  name: "ledger",
  flowJsonSha256: "8b293774b21bca1725c63283c53e9c01753ffed133fab0ec833713ac1f5a26fe",
  contractHash: "9cd330d6c946",
  version: "7.1",
  dataApiVersion: "3.0",
  entryScreens: ["FORM"],
  routes: { FORM: [] },
  screens: {
    FORM: {
      data: z.object({}),
      input: z.strictObject({ mood: answer.text({ maxLength: 80 }) }),
      refreshOnBack: false,
      terminal: true,
    },
  },
  completion: null,
});
