// What a handler learns with each request and each completion. Checked by the compiler; nothing here runs.

import { type Call, type Completion, implement, type Jsonified, type Outcome } from "flowpoint";
import type { Transaction } from "kysely";
import { expectTypeOf } from "vitest";
import { z } from "zod";
import { leaflet, shop, survey } from "./contracts.ts";

declare const outcome: Outcome;
const answer = (): Outcome => outcome;
const rest = {
  exchange: { MENU: answer, ORDER: answer, RETURNS: answer },
  back: { ORDER: answer },
};

// Every call.
implement(shop, () => ({
  init: (_reply, call) => {
    expectTypeOf(call.flow).toEqualTypeOf<string>();
    expectTypeOf(call.flowToken).toEqualTypeOf<string | null>();
    expectTypeOf(call.key).toEqualTypeOf<string>();
    expectTypeOf(call.signal).toEqualTypeOf<AbortSignal>();
    expectTypeOf(call.claims).toEqualTypeOf<Readonly<Record<string, unknown>>>();
    // @ts-expect-error -- what is in a minted token's claims is not known
    const customer: string = call.claims["customer"];
    void customer;
    return outcome;
  },
  ...rest,
}));

// Claims are those that the tokens function gives.
implement(
  shop,
  { tokens: (token) => (token === null ? null : { customer: token.length }) },
  () => ({
    init: (_reply, call) => {
      expectTypeOf(call.claims).toEqualTypeOf<{ customer: number }>();
      // @ts-expect-error -- the function gives no such claim
      void call.claims.phone;
      return outcome;
    },
    exchange: {
      ...rest.exchange,
      MENU: (_input, _reply, call) => {
        expectTypeOf(call.claims.customer).toEqualTypeOf<number>();
        return outcome;
      },
    },
    back: {
      ORDER: (_reply, call) => {
        expectTypeOf(call.claims.customer).toEqualTypeOf<number>();
        return outcome;
      },
    },
  }),
);

implement(shop, { tokens: async () => ({ late: true }) }, () => ({
  init: (_reply, call) => {
    expectTypeOf(call.claims).toEqualTypeOf<{ late: boolean }>();
    return outcome;
  },
  ...rest,
}));

// @ts-expect-error -- a tokens function gives an object or null
implement(shop, { tokens: () => true }, () => ({ init: answer, ...rest }));

// `once` gives the result after a round trip through JSON, or null.
declare const call: Call;
expectTypeOf(call.once("n", () => 1)).resolves.toEqualTypeOf<number | null>();
expectTypeOf(call.once("n", async () => String(1))).resolves.toEqualTypeOf<string | null>();
expectTypeOf(call.once("n", () => ({ id: 1, at: new Date(0) }))).resolves.toEqualTypeOf<{
  readonly id: number;
  readonly at: string;
} | null>();
expectTypeOf(call.once("n", (): { id: number } | undefined => undefined)).resolves.toEqualTypeOf<{
  readonly id: number;
} | null>();
expectTypeOf(call.once("n", (): number[] | null => null)).resolves.toEqualTypeOf<
  readonly number[] | null
>();
void call.once("n", (trx) => {
  expectTypeOf(trx).toExtend<Transaction<{ bookings: { id: number } }>>();
  return trx.selectFrom("bookings").select("id").executeTakeFirst();
});
// @ts-expect-error -- a result has a name
void call.once(() => 1);

expectTypeOf(call.stored<{ id: number; at: Date }>("n")).resolves.toEqualTypeOf<{
  readonly id: number;
  readonly at: string;
} | null>();
expectTypeOf<Jsonified<{ readonly a: readonly Date[]; b?: undefined }>>().toEqualTypeOf<{
  readonly a: readonly string[];
  readonly b?: undefined;
}>();

// Completions: what the endpoint's `finish` handed over …
implement(shop, { completion: z.object({ receipt: z.string() }) }, () => ({
  init: answer,
  ...rest,
  completed: (completion, completionCall) => {
    expectTypeOf(completion).toEqualTypeOf<Completion<{ receipt: string }>>();
    expectTypeOf(completionCall.flowToken).toEqualTypeOf<string | null>();
    expectTypeOf(completionCall.once("n", () => 1)).resolves.toEqualTypeOf<number | null>();
    // @ts-expect-error -- claims belong to requests
    void completionCall.claims;
    switch (completion.kind) {
      case "readable":
        expectTypeOf(completion.response.receipt).toEqualTypeOf<string>();
        break;
      case "unreadable":
        expectTypeOf(completion.text).toEqualTypeOf<string>();
        // @ts-expect-error -- what did not fit has no response
        void completion.response;
        break;
    }
  },
}));

// … what a `complete` action sent …
implement(survey, () => ({
  init: answer,
  exchange: { RATING: answer },
  completed: (completion) => {
    expectTypeOf(completion).toEqualTypeOf<Completion<{ stars: number }>>();
  },
}));
implement(leaflet, () => ({
  completed: async (completion) => {
    expectTypeOf(completion).toEqualTypeOf<Completion<{ answer: string }>>();
  },
}));

// … or either, where a flow can end both ways.
implement(survey, { completion: z.object({ refused: z.literal(true) }) }, () => ({
  init: (reply) => reply.finish({ refused: true }),
  exchange: { RATING: answer },
  completed: (completion) => {
    expectTypeOf(completion).toEqualTypeOf<Completion<{ refused: true } | { stars: number }>>();
  },
}));

// Without a schema nothing is known of the answers.
implement(shop, () => ({
  init: answer,
  ...rest,
  completed: (completion) => {
    expectTypeOf(completion).toEqualTypeOf<Completion<Readonly<Record<string, unknown>>>>();
  },
}));

// A completion's transforms have run.
implement(leaflet, { completion: z.object({ at: z.string().transform(Number) }) }, () => ({
  completed: (completion) => {
    if (completion.kind === "readable" && "at" in completion.response) {
      expectTypeOf(completion.response.at).toEqualTypeOf<number>();
    }
  },
}));
