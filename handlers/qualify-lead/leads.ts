// The leads as the CRM reads them; migrations/ says what the tables are for.

import type { Transaction } from "kysely";
import type { Grade, Lead } from "./score.ts";

type Received = {
  readonly completion_id: string;
  /** `null` where WhatsApp did not say whose answers they are. */
  readonly user_id: string | null;
  readonly received_at: Date;
};

type LeadRow = Received & Lead & { readonly score: number; readonly grade: Grade };

export type Tables = {
  readonly leads: LeadRow;
  readonly unreadable_leads: Received & { readonly answers: string };
};

export async function storeLead(trx: Transaction<Tables>, lead: LeadRow): Promise<void> {
  await trx.insertInto("leads").values(lead).execute();
}

/** @param answers  as they came */
export async function storeUnreadableLead(
  trx: Transaction<Tables>,
  received: Received,
  answers: string,
): Promise<void> {
  await trx
    .insertInto("unreadable_leads")
    .values({ ...received, answers })
    .execute();
}

export async function eraseLeads(trx: Transaction<Tables>, user: string): Promise<void> {
  await trx.deleteFrom("leads").where("user_id", "=", user).execute();
  await trx.deleteFrom("unreadable_leads").where("user_id", "=", user).execute();
}
