// Tickets as they are written down, found again and forgotten.

import type { Transaction } from "kysely";
import { answerDay } from "./answer-day.ts";
import type { Category } from "./categories.ts";
import type { Contact } from "./contact.ts";
import type { Picture } from "./pictures.ts";
import type { Database, Tables } from "./tables.ts";
import { createTicketNumber } from "./ticket-number.ts";

/** A request that has been checked from end to end. */
export type Request = {
  readonly category: Category;
  /** Of an order there is; `null` where it is about none. */
  readonly orderNumber: string | null;
  readonly contact: Contact;
  readonly description: string;
  readonly pictures: readonly Picture[];
};

export type Ticket = Request & {
  readonly number: string;
  /** `YYYY-MM-DD` at the business. */
  readonly answerBy: string;
};

/** @param holder  see `holderOf` */
export async function openTicket(
  trx: Transaction<Tables>,
  request: Request,
  holder: string | null,
  now: Date,
): Promise<Ticket> {
  const ticket = { ...request, number: createTicketNumber(), answerBy: answerDay(now) };
  const { category, orderNumber, contact, description, pictures } = request;
  await trx
    .insertInto("tickets")
    .values({
      number: ticket.number,
      category,
      order_number: orderNumber,
      resolution: contact.resolution.id,
      name: contact.name,
      contact_by: contact.contact_by,
      phone: contact.phone,
      email: contact.email,
      description,
      opened_at: now,
      answer_by: ticket.answerBy,
      holder,
    })
    .execute();
  if (pictures.length > 0) {
    await trx
      .insertInto("pictures")
      .values(pictures.map((picture) => ({ ticket_number: ticket.number, ...picture })))
      .execute();
  }
  return ticket;
}

/**
 * Notes whose a ticket is, and where its pictures lie. A completion may say anything, so the ticket must be of the same
 * flow token.
 */
export async function attachCompletion(
  db: Database,
  number: string,
  holder: string,
  completion: { readonly id: string; readonly user: string | null },
): Promise<void> {
  await db
    .updateTable("tickets")
    .set({ completion_id: completion.id, user_id: completion.user })
    .where("number", "=", number)
    .where("holder", "=", holder)
    .execute();
}

/** @param user  as Meta names them, a phone number without its `+`, or an email address */
export async function eraseTickets(trx: Transaction<Tables>, user: string): Promise<void> {
  await trx
    .deleteFrom("tickets")
    .where((eb) =>
      eb.or([
        eb("user_id", "=", user),
        eb("phone", "in", [user, `+${user}`]),
        eb(eb.fn<string>("lower", ["email"]), "=", user.toLowerCase()),
      ]),
    )
    .execute();
}
