// Qualify a lead: three screens ask who it is, what they can spend and when, and what they need; WhatsApp walks them by
// itself. When the answers arrive they are scored and stored for the CRM, once, however often they are delivered.

import { implement } from "flowpoint";
import { flow } from "./contract.gen.ts";
import { eraseLeads, storeLead, storeUnreadableLead } from "./leads.ts";
import { scoreLead } from "./score.ts";

export default implement(flow, ({ clock }) => ({
  async completed(completion, call) {
    const received = { completion_id: call.key, user_id: call.user, received_at: clock.now() };
    const stored = await call.once("store", async (trx) => {
      if (completion.kind === "unreadable") {
        await storeUnreadableLead(trx, received, completion.text);
        return { grade: null };
      }
      const { score, grade } = scoreLead(completion.response);
      await storeLead(trx, { ...received, ...completion.response, score, grade });
      return { grade };
    });
    call.log.info({ grade: stored?.grade }, "a lead was stored");
  },

  erase: (user, trx) => eraseLeads(trx, user),
}));
