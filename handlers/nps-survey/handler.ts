// Net promoter survey: a rating from 0 to 10, reasons that depend on it, and room for a comment; WhatsApp walks the
// screens by itself. When the answers arrive, they are stored and counted into their month, once, however often they are
// delivered.

import { implement } from "flowpoint";
import { flow } from "./contract.gen.ts";
import { groupOf } from "./group-of.ts";
import { countAnswer, eraseAnswers, storeAnswer } from "./survey-results.ts";

export default implement(flow, ({ clock }) => ({
  async completed(completion, call) {
    if (completion.kind === "unreadable") {
      // The server keeps them with its completions.
      call.log.warn({ completion: call.key }, "answers that are no rating are not counted");
      return;
    }
    const { response } = completion;
    const rating = Number(response.rating);
    const group = groupOf(rating);
    // Answers to questions of another group stay on the phone when the rating is changed, and are sent along.
    const reasons = {
      promoter: response.praised,
      passive: response.missed,
      detractor: response.disappointed,
    }[group];
    const answered_at = clock.now();
    await call.once("count", async (trx) => {
      await storeAnswer(trx, {
        completion_id: call.key,
        user_id: call.user,
        answered_at,
        rating,
        reasons: reasons ?? [],
        comment: response.comment ?? "",
      });
      await countAnswer(trx, answered_at, group);
      return { group };
    });
  },

  erase: (user, trx) => eraseAnswers(trx, user),
}));
