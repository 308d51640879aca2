// The screens that follow an answer. Each carries on what the next request needs to know, so that any instance of the
// server can answer it.

import type { ScreenData } from "flowpoint";
import { dayInWords } from "./answer-day.ts";
import { CATEGORIES, type Category } from "./categories.ts";
import type { Contact, ContactBy, ContactErrors } from "./contact.ts";
import type { flow } from "./contract.gen.ts";
import type { PictureErrors } from "./pictures.ts";
import type { Request, Ticket } from "./tickets.ts";

/** A category, and the order it is about where it is about one. */
export type Topic = Pick<Request, "category" | "orderNumber">;

export function orderScreen(
  errors: { readonly order_number?: string } = {},
): ScreenData<typeof flow, "ORDER"> {
  return { error_messages: errors };
}

export function contactScreen(
  topic: Topic,
  errors: ContactErrors = {},
): ScreenData<typeof flow, "CONTACT"> {
  return {
    ...idsOf(topic),
    resolutions: [...CATEGORIES[topic.category].resolutions],
    error_messages: errors,
  };
}

export type DetailsErrors = { readonly description?: string; readonly photos?: PictureErrors };

export function detailsScreen(
  topic: Topic,
  contact: Contact,
  errors: DetailsErrors = {},
): ScreenData<typeof flow, "DETAILS"> {
  const { resolution, name, contact_by, phone, email } = contact;
  return {
    summary: describe(topic, contact),
    ...idsOf(topic),
    resolution: resolution.id,
    name,
    contact_by,
    phone: phone ?? "",
    email: email ?? "",
    error_messages: errors,
  };
}

export type TicketScreen = ScreenData<typeof flow, "TICKET">;

/** A ticket as TICKET and SENT show it, and as `once` remembers it. */
export function ticketScreen(ticket: Ticket): TicketScreen {
  return {
    ticket_number: ticket.number,
    summary: describe(ticket, ticket.contact),
    next_step: `We answer by the end of ${dayInWords(ticket.answerBy)}.`,
  };
}

const CHANNELS: Readonly<Record<ContactBy, string>> = {
  whatsapp: "here in WhatsApp",
  phone: "by phone",
  email: "by email",
};

function describe({ category, orderNumber }: Topic, { resolution, contact_by }: Contact): string {
  const { title } = CATEGORIES[category];
  return [
    orderNumber === null ? title : `${title}, order ${orderNumber}`,
    `What would help: ${resolution.title.toLowerCase()}`,
    `We answer ${CHANNELS[contact_by]}`,
  ].join("\n");
}

function idsOf({ category, orderNumber }: Topic): { category: Category; order_number: string } {
  return { category, order_number: orderNumber ?? "" };
}
