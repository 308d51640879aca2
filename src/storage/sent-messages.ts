// Which flow a sent message opens: Meta's completion names the message it answers, and may have lost the token.

import type { Kysely } from "kysely";
import type { ServerTables } from "./schema.ts";
import { seenTokenKeyOf } from "./seen-tokens.ts";

export type SentMessage = {
  /** Meta's wamid. */
  readonly messageId: string;
  readonly flow: string;
  /** Only its hash is kept. */
  readonly flowToken: string;
  readonly expiresAt: Date;
};

/** The same message twice is one. */
export async function recordSentMessage(
  db: Kysely<ServerTables>,
  account: string,
  { messageId, flow, flowToken, expiresAt }: SentMessage,
): Promise<void> {
  await db
    .insertInto("sent_messages")
    .values({
      account,
      message_id: messageId,
      flow,
      token_key: seenTokenKeyOf(flowToken),
      expires_at: expiresAt,
    })
    .onConflict((conflict) => conflict.columns(["account", "message_id"]).doNothing())
    .execute();
}

/** Messages whose token is good beyond `now`: each may still be opened, answered or not. */
export async function countUnexpiredMessages(
  db: Kysely<ServerTables>,
  account: string,
  flow: string,
  now: Date,
): Promise<number> {
  const { count } = await db
    .selectFrom("sent_messages")
    .select((select) => select.fn.countAll<number | string>().as("count"))
    .where("account", "=", account)
    .where("flow", "=", flow)
    .where("expires_at", ">", now)
    .executeTakeFirstOrThrow();
  return Number(count);
}
