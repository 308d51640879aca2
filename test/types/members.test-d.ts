// Which members a handler must have, may have and cannot have. Checked by the compiler; nothing here runs.

import { implement, type Outcome } from "flowpoint";
import { leaflet, shop, survey } from "./contracts.ts";

declare const outcome: Outcome;
const answer = (): Outcome => outcome;

const exchange = { MENU: answer, ORDER: answer, RETURNS: answer };
const back = { ORDER: answer };

// A complete handler, with and without options, sync or async.
implement(shop, () => ({ init: answer, exchange, back }));
implement(shop, {}, () => ({ init: answer, exchange, back }));
implement(shop, async () => ({ init: async () => outcome, exchange, back }));
implement(shop, {}, async ({ db, clock, log, media, env }) => {
  void [db, clock.now(), log, media, env["OWN_SETTING"]];
  return { init: answer, exchange, back, completed: () => {}, erase: () => {}, close: () => {} };
});

// @ts-expect-error -- init is missing
implement(shop, () => ({ exchange, back }));

// @ts-expect-error -- exchange is missing
implement(shop, () => ({ init: answer, back }));

// @ts-expect-error -- RETURNS has a data_exchange action and no function
implement(shop, () => ({ init: answer, exchange: { MENU: answer, ORDER: answer }, back }));

// @ts-expect-error -- there is no screen MENUE
implement(shop, () => ({ init: answer, exchange: { ...exchange, MENUE: answer }, back }));

// @ts-expect-error -- THANKS has no data_exchange action
implement(shop, () => ({ init: answer, exchange: { ...exchange, THANKS: answer }, back }));

// @ts-expect-error -- ORDER has refresh_on_back: true and no function
implement(shop, () => ({ init: answer, exchange }));

// @ts-expect-error -- ORDER has refresh_on_back: true and no function
implement(shop, () => ({ init: answer, exchange, back: {} }));

// @ts-expect-error -- MENU has no refresh_on_back
implement(shop, () => ({ init: answer, exchange, back: { ...back, MENU: answer } }));

// @ts-expect-error -- completed is misspelt
implement(shop, () => ({ init: answer, exchange, back, complete: () => {} }));

// @ts-expect-error -- completed is misspelt
implement(shop, {}, () => ({ init: answer, exchange, back, onCompleted: () => {} }));

// @ts-expect-error -- a member that nothing calls
implement(shop, () => ({ init: answer, exchange, back, helper: () => {} }));

// @ts-expect-error -- a function that answers nothing
implement(shop, () => ({ init: () => {}, exchange, back }));

// @ts-expect-error -- an outcome made by hand
implement(shop, () => ({ init: () => ({ screen: "MENU", data: {} }), exchange, back }));

// Where no screen is refreshed on BACK, back is left out.
implement(survey, () => ({ init: answer, exchange: { RATING: answer } }));

// @ts-expect-error -- no screen has refresh_on_back
implement(survey, () => ({ init: answer, exchange: { RATING: answer }, back: { RATING: answer } }));

// A static flow never calls the endpoint.
implement(leaflet, () => ({}));
implement(leaflet, () => ({ completed: () => {} }));

// @ts-expect-error -- a static flow takes no INIT
implement(leaflet, () => ({ init: answer }));

// @ts-expect-error -- a static flow takes no data_exchange
implement(leaflet, () => ({ exchange: { PAGE: answer } }));

// Options.
implement(
  shop,
  {
    tokens: "any",
    tokenSignature: "enforce",
    deadlineMs: 1_000,
    concurrency: 8,
    forwardUrl: "https://example.com",
    messages: { tooSlow: "…", failed: "…", expired: "…", changed: "…" },
  },
  () => ({ init: answer, exchange, back }),
);

// @ts-expect-error -- no such token policy
implement(shop, { tokens: "none" }, () => ({ init: answer, exchange, back }));

// @ts-expect-error -- no such treatment of signatures
implement(shop, { tokenSignature: "on" }, () => ({ init: answer, exchange, back }));

// @ts-expect-error -- no such message
implement(shop, { messages: { late: "…" } }, () => ({ init: answer, exchange, back }));

// @ts-expect-error -- no such option
implement(shop, { deadline: 1_000 }, () => ({ init: answer, exchange, back }));
