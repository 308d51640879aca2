// Request a quote: choose products, extras and quantities and see the price as you choose; check the whole, say how it is
// to be delivered and whom it is for, and get a quote with a number and a date. A message makes one quote; opened again,
// it shows that one.

import { answer, implement } from "flowpoint";
import { extrasOf, readBasket, withLine } from "./basket.ts";
import { DEFAULT_DELIVERY, DELIVERIES, type Delivery } from "./business.ts";
import { listProducts } from "./catalogue.ts";
import { flow } from "./contract.gen.ts";
import { checkCustomer } from "./customer.ts";
import { holderOf } from "./holder.ts";
import { isWithinLimits, type Product, priceQuote } from "./pricing.ts";
import {
  type ItemChoice,
  itemScreen,
  limitsOf,
  type MadeQuote,
  NO_CHOICE,
  quoteScreen,
  reviewScreen,
  toMadeQuote,
} from "./quote-screens.ts";
import { attachUser, eraseQuotes, makeQuote } from "./quotes.ts";

const CHANGED = "Something in your quote has changed. Please check it again.";
const FULL = "A quote holds five products. Please ask for the others in the chat.";

export default implement(flow, ({ db, clock }) => ({
  async init(reply, call) {
    const made = await call.stored<MadeQuote>("quote");
    if (made !== null) return reply.show("MADE", quoteScreen(made, clock.now()));
    return reply.show("ITEM", itemScreen(await listProducts(db), [], NO_CHOICE));
  },

  exchange: {
    async ITEM(input, reply) {
      const products = await listProducts(db);
      const { lines } = readBasket(products, input.lines);
      switch (input.trigger) {
        case "product_selected":
        case "extras_selected":
          return reply.show("ITEM", itemScreen(products, lines, choiceOf(products, input)));
        case "item_added": {
          const choice = choiceOf(products, input);
          const { product, extras, quantity } = choice;
          if (product === null) {
            const errors = { product: "Please choose a product" };
            return reply.show("ITEM", itemScreen(products, lines, choice, errors));
          }
          if (quantity === null || !isWithinLimits(product, quantity)) {
            const errors = { quantity: `Please type ${limitsOf(product)}` };
            return reply.show("ITEM", itemScreen(products, lines, choice, errors));
          }
          const added = withLine(lines, { product, extras, quantity });
          if (added === null) return reply.reject(FULL, itemScreen(products, lines, choice));
          return reply.show("REVIEW", reviewScreen(added, deliveryOf(input.delivery)));
        }
      }
    },

    async REVIEW(input, reply, call) {
      const made = await call.stored<MadeQuote>("quote");
      if (made !== null) return reply.show("QUOTE", quoteScreen(made, clock.now()));

      const products = await listProducts(db);
      const { lines, isWhole } = readBasket(products, input.lines);
      if (input.trigger === "more_wanted") {
        // The form there still holds what was chosen last.
        return reply.show("ITEM", itemScreen(products, lines, choiceOf(products, input)));
      }
      if (lines.length === 0) return reply.show("ITEM", itemScreen(products, [], NO_CHOICE));
      const delivery = deliveryOf(input.delivery);
      if (input.trigger === "delivery_selected") {
        return reply.show("REVIEW", reviewScreen(lines, delivery));
      }
      const { totalCents } = priceQuote(lines, delivery);
      // What the user has seen is asked for only to be compared: it sets no price.
      if (!isWhole || totalCents !== input.seen_total_cents) {
        return reply.reject(CHANGED, reviewScreen(lines, delivery));
      }
      const checked = checkCustomer(input);
      if (checked.kind === "invalid") {
        return reply.show("REVIEW", reviewScreen(lines, delivery, checked.errors));
      }
      const holder = await holderOf(call.flowToken);
      const now = clock.now();
      const quote = await call.once("quote", async (trx) =>
        toMadeQuote(await makeQuote(trx, lines, delivery, checked.customer, holder, now)),
      );
      if (quote === null) throw new Error("a quote was made and is not there");
      return reply.show("QUOTE", quoteScreen(quote, now));
    },
  },

  async completed(completion, call) {
    const holder = await holderOf(call.flowToken);
    if (completion.kind === "unreadable" || holder === null || call.user === null) return;
    await attachUser(db, completion.response.quote_number, holder, call.user);
  },

  erase: (user, trx) => eraseQuotes(trx, user),
}));

function choiceOf(
  products: readonly Product[],
  input: {
    readonly product?: string | undefined;
    readonly extras?: readonly string[] | undefined;
    readonly quantity?: string | number | undefined;
  },
): ItemChoice {
  const product = products.find(({ id }) => id === input.product) ?? null;
  return {
    product,
    extras: product === null ? [] : extrasOf(product, input.extras ?? []),
    // While something else is being chosen, anything may stand in the field.
    quantity: answer.number().safeParse(input.quantity).data ?? null,
  };
}

function deliveryOf(id: string | undefined): Delivery {
  return DELIVERIES.find((delivery) => delivery.id === id) ?? DEFAULT_DELIVERY;
}
