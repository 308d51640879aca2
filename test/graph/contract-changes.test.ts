// Which changes of a flow.json the messages survive that were sent with the one before.

import { describe, expect, it } from "vitest";
import {
  compareContracts,
  type ContractChanges,
  readContract,
} from "../../src/graph/deploy/contract-changes.ts";

type Screen = {
  readonly id: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly sends?: Readonly<Record<string, unknown>> | null;
  readonly completes?: Readonly<Record<string, unknown>>;
  readonly refreshes?: boolean;
};

type Flow = {
  readonly screens: readonly Screen[];
  readonly routes: Readonly<Record<string, readonly string[]>>;
  readonly hasEndpoint?: boolean;
};

const TEXT = { type: "string", __example__: "x" };
const NUMBER = { type: "number", __example__: 1 };

function flowJson({ screens, routes, hasEndpoint = true }: Flow): string {
  return JSON.stringify({
    version: "7.1",
    ...(hasEndpoint ? { data_api_version: "3.0" } : {}),
    routing_model: routes,
    screens: screens.map(({ id, data, sends = {}, completes, refreshes }) => ({
      id,
      title: id,
      ...(data === undefined ? {} : { data }),
      ...(refreshes === undefined ? {} : { refresh_on_back: refreshes }),
      terminal: routes[id]?.length === 0,
      layout: {
        type: "SingleColumnLayout",
        children: [
          { type: "TextInput", name: "a", label: "A" },
          ...(sends === null || completes !== undefined
            ? []
            : [
                {
                  type: "Footer",
                  label: "Next",
                  "on-click-action": { name: "data_exchange", payload: sends },
                },
              ]),
          ...(completes === undefined
            ? []
            : [
                {
                  type: "Footer",
                  label: "Done",
                  "on-click-action": { name: "complete", payload: completes },
                },
              ]),
        ],
      },
    })),
  });
}

function compare(before: Flow, after: Flow): ContractChanges {
  const [one, other] = [readContract(flowJson(before)), readContract(flowJson(after))];
  if (one === null || other === null) throw new Error("no contract");
  return compareContracts(one, other);
}

const BASE: Flow = {
  screens: [
    { id: "ONE", data: { name: TEXT }, sends: { a: "${form.a}" } },
    { id: "TWO", data: { sum: NUMBER }, sends: {} },
  ],
  routes: { ONE: ["TWO"], TWO: [] },
};

function withScreen(place: number, changed: Partial<Screen>): Flow {
  return {
    ...BASE,
    screens: BASE.screens.map((screen, at) => (at === place ? { ...screen, ...changed } : screen)),
  };
}

/** A flow that ends on its only screen. */
function ending(payload: Readonly<Record<string, unknown>>): Flow {
  return {
    hasEndpoint: false,
    screens: [{ id: "ONE", completes: payload }],
    routes: { ONE: [] },
  };
}

describe("old messages", () => {
  it.each<{ readonly name: string; readonly after: Flow; readonly breaking: readonly string[] }>([
    {
      name: "whose screen is gone",
      after: { screens: BASE.screens.slice(0, 1), routes: { ONE: [] } },
      breaking: ["screen TWO is gone"],
    },
    {
      name: "whose screen is no longer given something",
      after: withScreen(0, { data: {} }),
      breaking: ["screen ONE is no longer given name"],
    },
    {
      name: "whose screen is given another type",
      after: withScreen(0, { data: { name: NUMBER } }),
      breaking: ["name of screen ONE is of another type"],
    },
    {
      name: "that send something else",
      after: withScreen(0, { sends: { b: "${form.a}" } }),
      breaking: ["what screen ONE sends has changed"],
    },
    {
      name: "that ask where no answer is",
      after: withScreen(0, { sends: null }),
      breaking: ["screen ONE no longer asks the endpoint, and old messages do"],
    },
    {
      name: "that may be answered with a screen they lack",
      after: {
        screens: [...BASE.screens, { id: "THREE" }],
        routes: { ONE: ["TWO", "THREE"], TWO: [], THREE: [] },
      },
      breaking: ["screen THREE is new: old messages cannot show it when the endpoint answers it"],
    },
    {
      name: "that refuse a way that is new",
      after: { ...BASE, routes: { ONE: ["TWO"], TWO: ["ONE"] } },
      breaking: ["TWO may now lead to ONE, which old messages refuse"],
    },
    {
      name: "whose endpoint is gone",
      after: {
        hasEndpoint: false,
        screens: [{ id: "ONE", completes: { a: "${form.a}" } }],
        routes: { ONE: [] },
      },
      breaking: ["the flow has no endpoint any more, and old messages still ask for it"],
    },
  ])("$name are cut off", ({ after, breaking }) => {
    expect(compare(BASE, after).breaking).toEqual(breaking);
  });

  it("that hand over something else at their end are cut off", () => {
    const { breaking } = compare(ending({ a: "${form.a}" }), ending({ b: "${form.a}" }));

    expect(breaking).toEqual(["what the flow hands over at its end has changed"]);
  });

  it("that ask for a refresh on the way back are cut off when there is none", () => {
    const refreshing = withScreen(1, { refreshes: true });

    expect(compare(refreshing, BASE).breaking).toEqual([
      "screen TWO is no longer refreshed on the way back, and old messages ask for it",
    ]);
    expect(compare(BASE, refreshing)).toEqual({
      breaking: [],
      compatible: ["screen TWO is now refreshed on the way back"],
    });
  });

  it("work on when a screen is given more", () => {
    const after = withScreen(0, { data: { name: TEXT, extra: TEXT } });

    expect(compare(BASE, after)).toEqual({
      breaking: [],
      compatible: ["screen ONE is also given extra"],
    });
  });

  it("work on when nothing of the contract has changed", () => {
    expect(compare(BASE, BASE)).toEqual({ breaking: [], compatible: [] });
  });
});

describe("a text that is no flow.json", () => {
  it.each(["", "[]", "{}"])("has no contract: %j", (text) => {
    expect(readContract(text)).toBeNull();
  });
});
