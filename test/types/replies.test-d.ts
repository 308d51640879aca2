// What a handler can answer, from where, and with which data. Checked by the compiler; nothing here runs.

import { implement, type InitReply, type Outcome, type Reply, type ScreenInput } from "flowpoint";
import { expectTypeOf } from "vitest";
import { z } from "zod";
import { shop } from "./contracts.ts";

type Receipt = { readonly receipt: string };
declare const onInit: InitReply<typeof shop, Receipt>;
declare const onMenu: Reply<typeof shop, "MENU", Receipt>;
declare const onOrder: Reply<typeof shop, "ORDER", Receipt>;
declare const onReturns: Reply<typeof shop, "RETURNS", Receipt>;

const dishes = [{ id: "soup", title: "Soup" }];

// INIT opens the flow, on a screen that no route leads to.
expectTypeOf(onInit.show("MENU", { dishes })).toEqualTypeOf<Outcome>();
onInit.show("RETURNS");
onInit.finish({ receipt: "1" });
onInit.expire("Closed.");
// @ts-expect-error -- a route leads to ORDER
onInit.show("ORDER", { total: 1 });
// @ts-expect-error -- INIT has no screen to stay on
void onInit.reject;

// A screen can be shown from itself and along its routes, in both directions.
onMenu.show("MENU", { dishes });
onMenu.show("ORDER", { total: 1 });
onOrder.show("MENU", { dishes });
onOrder.show("THANKS");
// @ts-expect-error -- no route joins MENU and THANKS
onMenu.show("THANKS", { line: "…" });
// @ts-expect-error -- no route joins RETURNS and MENU
onReturns.show("MENU", { dishes });
// @ts-expect-error -- there is no such screen
onMenu.show("MENUE", { dishes });
// @ts-expect-error -- ending is said with finish
onMenu.show("SUCCESS", {});

// Data are what the screen's model asks for.
onMenu.show("ORDER", { total: 1, hint: "Pay at the counter." });
// @ts-expect-error -- total is missing
onMenu.show("ORDER", {});
// @ts-expect-error -- the model requires data
onMenu.show("ORDER");
// @ts-expect-error -- total is a number
onMenu.show("ORDER", { total: "1" });
// @ts-expect-error -- the model has no such entry
onMenu.show("ORDER", { total: 1, tip: 2 });
// @ts-expect-error -- a dish has an id and a title
onInit.show("MENU", { dishes: [{ id: "soup" }] });

// Where the model requires nothing, data may be left out, and are still checked.
onOrder.show("THANKS", {});
onOrder.show("THANKS", { line: "Enjoy." });
// @ts-expect-error -- line is a text
onOrder.show("THANKS", { line: 1 });

// A rejection stays on the screen and needs its data, unless the model requires none.
onOrder.reject("Sold out.", { total: 1 });
onReturns.reject("Too late.");
onReturns.reject("Too late.", {});
// @ts-expect-error -- ORDER's model requires total
onOrder.reject("Sold out.");
// @ts-expect-error -- data of another screen
onOrder.reject("Sold out.", { dishes });
// @ts-expect-error -- the message is what the user reads
onReturns.reject({ code: 1 });

// Final parameters are those of the completion schema.
onMenu.finish({ receipt: "1" });
// @ts-expect-error -- receipt is missing
onMenu.finish({});
// @ts-expect-error -- receipt is missing
onMenu.finish();
// @ts-expect-error -- receipt is a text
onMenu.finish({ receipt: 1 });
// @ts-expect-error -- the schema has no such entry
onMenu.finish({ receipt: "1", total: 1 });

implement(shop, { completion: z.object({ receipt: z.string() }) }, () => ({
  init: (reply) => reply.show("RETURNS"),
  exchange: {
    MENU: (input, reply) => {
      expectTypeOf(input).toEqualTypeOf<ScreenInput<typeof shop, "MENU">>();
      switch (input.trigger) {
        case "dish":
          // @ts-expect-error -- only an order has a count
          return reply.show("ORDER", { total: input.count });
        case "order":
          expectTypeOf(input.count).toEqualTypeOf<number>();
          return reply.show("ORDER", { total: input.count });
      }
    },
    ORDER: (input, reply) => {
      expectTypeOf(input).toEqualTypeOf<{ confirmed: boolean }>();
      return input.confirmed
        ? reply.finish({ receipt: "1" })
        : reply.reject("Please confirm.", { total: 1 });
    },
    // @ts-expect-error -- the completion schema wants a receipt
    RETURNS: (_input, reply) => reply.finish({ refund: 1 }),
  },
  back: { ORDER: (reply) => reply.show("MENU", { dishes }) },
}));

// Without a completion schema anything may be handed over.
implement(shop, () => ({
  init: (reply) => reply.finish({ anything: 1 }),
  exchange: {
    MENU: (_input, reply) => reply.finish(),
    ORDER: (_input, reply) => reply.finish({}),
    RETURNS: (_input, reply) => reply.expire("Closed."),
  },
  back: {
    // @ts-expect-error -- no route joins ORDER and RETURNS
    ORDER: (reply) => reply.show("RETURNS"),
  },
}));

// A completion schema with defaults takes what its input takes.
implement(shop, { completion: z.object({ count: z.number().default(1) }) }, () => ({
  init: (reply) => reply.finish(),
  exchange: {
    MENU: (_input, reply) => reply.finish({}),
    ORDER: (_input, reply) => reply.finish({ count: 2 }),
    // @ts-expect-error -- count is a number
    RETURNS: (_input, reply) => reply.finish({ count: "2" }),
  },
  back: { ORDER: (reply) => reply.finish() },
}));
