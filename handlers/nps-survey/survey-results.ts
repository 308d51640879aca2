// Answers one by one, and how many there were of each group in a month. The counts hold nobody's answer, so they stay
// when a user is erased.

import type { Generated, Transaction } from "kysely";
import type { Group } from "./group-of.ts";

type AnswerRow = {
  readonly completion_id: string;
  /** `null` where WhatsApp did not say whose answers they are. */
  readonly user_id: string | null;
  readonly answered_at: Date;
  /** 0 to 10. */
  readonly rating: number;
  readonly reasons: readonly string[];
  /** Empty where there is none. */
  readonly comment: string;
};

type MonthRow = {
  /** Its first day, `YYYY-MM-DD`, in UTC. */
  readonly month: string;
  readonly promoters: number;
  readonly passives: number;
  readonly detractors: number;
  /** The net promoter score, -100 to 100: promoters less detractors, in percent of all. */
  readonly score: Generated<number>;
};

export type Tables = { readonly answers: AnswerRow; readonly months: MonthRow };

export async function storeAnswer(trx: Transaction<Tables>, answer: AnswerRow): Promise<void> {
  await trx.insertInto("answers").values(answer).execute();
}

export async function countAnswer(
  trx: Transaction<Tables>,
  answeredAt: Date,
  group: Group,
): Promise<void> {
  await trx
    .insertInto("months")
    .values({
      month: `${answeredAt.toISOString().slice(0, 7)}-01`,
      promoters: group === "promoter" ? 1 : 0,
      passives: group === "passive" ? 1 : 0,
      detractors: group === "detractor" ? 1 : 0,
    })
    .onConflict((conflict) =>
      conflict.column("month").doUpdateSet((eb) => ({
        promoters: eb("months.promoters", "+", eb.ref("excluded.promoters")),
        passives: eb("months.passives", "+", eb.ref("excluded.passives")),
        detractors: eb("months.detractors", "+", eb.ref("excluded.detractors")),
      })),
    )
    .execute();
}

export async function eraseAnswers(trx: Transaction<Tables>, user: string): Promise<void> {
  await trx.deleteFrom("answers").where("user_id", "=", user).execute();
}
