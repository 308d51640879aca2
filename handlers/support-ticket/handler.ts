// Open a support ticket: say what went wrong and with which order, how to put it right and how to be answered, then
// describe it, with photos if they help. A message opens one ticket; opened again, it shows that one.

import { implement } from "flowpoint";
import { CATEGORIES, parseCategory } from "./categories.ts";
import { checkContact } from "./contact.ts";
import { flow } from "./contract.gen.ts";
import { holderOf } from "./holder.ts";
import { hasOrder, parseOrderNumber } from "./orders.ts";
import { checkPictures } from "./pictures.ts";
import {
  contactScreen,
  detailsScreen,
  orderScreen,
  type TicketScreen,
  ticketScreen,
  type Topic,
} from "./ticket-screens.ts";
import { attachCompletion, eraseTickets, openTicket } from "./tickets.ts";

const NO_ORDER = "We know no such order";
const NO_DESCRIPTION = "Please tell us what happened";

/** Photos of 5 MB take a while to come, and each is in memory while it is looked at. */
const options = { deadlineMs: 9_000, concurrency: 16 };

export default implement(flow, options, ({ db, clock, media }) => {
  /** What a request is about, or `null` where it names an order that there is not. */
  const findTopic = async (categoryId: string, typedNumber: string): Promise<Topic | null> => {
    const category = parseCategory(categoryId);
    if (category === null) return null;
    if (!CATEGORIES[category].isAboutOrder) return { category, orderNumber: null };
    const orderNumber = parseOrderNumber(typedNumber);
    const isKnown = orderNumber !== null && (await hasOrder(db, orderNumber));
    return isKnown ? { category, orderNumber } : null;
  };

  return {
    async init(reply, call) {
      const ticket = await call.stored<TicketScreen>("open");
      return ticket === null ? reply.show("ORDER", orderScreen()) : reply.show("SENT", ticket);
    },

    exchange: {
      async ORDER({ category, order_number }, reply) {
        const topic = await findTopic(category, order_number ?? "");
        return topic === null
          ? reply.show("ORDER", orderScreen({ order_number: NO_ORDER }))
          : reply.show("CONTACT", contactScreen(topic));
      },

      async CONTACT(input, reply) {
        const topic = await findTopic(input.category, input.order_number);
        if (topic === null) {
          return reply.show("ORDER", orderScreen({ order_number: NO_ORDER }));
        }
        const checked = checkContact(topic.category, input);
        return checked.kind === "invalid"
          ? reply.show("CONTACT", contactScreen(topic, checked.errors))
          : reply.show("DETAILS", detailsScreen(topic, checked.contact));
      },

      async DETAILS(input, reply, call) {
        const made = await call.stored<TicketScreen>("open");
        if (made !== null) return reply.show("TICKET", made);

        const topic = await findTopic(input.category, input.order_number);
        if (topic === null) {
          return reply.show("ORDER", orderScreen({ order_number: NO_ORDER }));
        }
        const checked = checkContact(topic.category, input);
        if (checked.kind === "invalid") {
          return reply.show("CONTACT", contactScreen(topic, checked.errors));
        }
        const { contact } = checked;
        const description = input.description.trim();
        if (description === "") {
          const errors = { description: NO_DESCRIPTION };
          return reply.show("DETAILS", detailsScreen(topic, contact, errors));
        }
        const photos = await checkPictures(media, input.photos ?? [], call.signal, (error) =>
          call.log.warn({ error: nameOf(error) }, "a photo could not be read"),
        );
        if (photos.kind === "invalid") {
          const errors = { photos: photos.errors };
          return reply.show("DETAILS", detailsScreen(topic, contact, errors));
        }

        const request = { ...topic, contact, description, pictures: photos.pictures };
        const holder = await holderOf(call.flowToken);
        const ticket = await call.once("open", async (trx) =>
          ticketScreen(await openTicket(trx, request, holder, clock.now())),
        );
        if (ticket === null) throw new Error("a ticket was opened and is not there");
        return reply.show("TICKET", ticket);
      },
    },

    async completed(completion, call) {
      const holder = await holderOf(call.flowToken);
      if (completion.kind === "unreadable" || holder === null) return;
      const { ticket_number } = completion.response;
      await attachCompletion(db, ticket_number, holder, { id: call.key, user: call.user });
    },

    erase: (user, trx) => eraseTickets(trx, user),
  };
});

/** Nothing else of an error is sure to be free of what the user sent. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
