// The least that a handler with a database can do: one row, once for each message however often it is submitted.

import { implement } from "flowpoint";
import type { Transaction } from "kysely";
import { flow } from "./contract.gen.ts";

const greeting = "What may we bring you?";

type Tables = { readonly orders: { readonly wish: string } };

// oxlint-disable-next-line import/no-default-export -- a handler is the default export of its file
export default implement(flow, () => ({
  init: (reply) => reply.show("ORDER", { greeting }),
  exchange: {
    async ORDER({ wish = "" }, reply, call) {
      const order = await call.once("order", async (trx: Transaction<Tables>) => {
        await trx.insertInto("orders").values({ wish }).execute();
        return { wish };
      });
      return order === null ? reply.reject("Please try again.", { greeting }) : reply.finish(order);
    },
  },
}));
