import { describe, expect, it } from "vitest";
import {
  complete,
  exchange,
  flowText,
  footer,
  navigate,
  screen,
  staticFlowText,
  type Json,
} from "./flow-text.ts";
import { contractOf, payloadOf } from "./read-contract.ts";

const modelOf = (data: Json) => contractOf(flowText([screen("A", [], { data })])).screens[0]?.model;

describe("the screens of a contract", () => {
  const text = flowText(
    [
      screen("FIRST", [footer(exchange())], { data: { a: { type: "string", __example__: "" } } }),
      screen("LAST", [footer(complete())], { terminal: true, refresh_on_back: true }),
    ],
    { routing_model: { FIRST: ["LAST"] } },
  );

  it("keep the order of flow.json, and what each is given and does", () => {
    expect(contractOf(text).screens).toMatchObject([
      { id: "FIRST", refreshOnBack: false, terminal: false, input: { kind: "single" } },
      { id: "LAST", refreshOnBack: true, terminal: true, input: null },
    ]);
  });

  it("name where each exchange comes from", () => {
    expect(contractOf(text).screens[0]?.exchanges).toMatchObject([
      {
        component: "Footer",
        name: null,
        trigger: "on-click-action",
        path: ["screens", 0, "layout", "children", 0, "on-click-action"],
        payload: { fields: [] },
      },
    ]);
  });

  it("tell a flow with an endpoint from a static one", () => {
    expect(contractOf(text)).toMatchObject({ hasEndpoint: true, dataApiVersion: "3.0" });
    expect(contractOf(staticFlowText([screen("A", [])]))).toMatchObject({
      hasEndpoint: false,
      dataApiVersion: null,
    });
  });
});

describe("a data model", () => {
  it("reads every type, nested", () => {
    const data = {
      s: { type: "string" },
      e: { type: "string", enum: ["x", "y"] },
      i: { type: "integer" },
      n: { type: "number" },
      b: { type: "boolean" },
      z: { type: "null" },
      l: { type: "array", items: { type: "object", properties: { id: { type: "string" } } } },
      any: { type: "array" },
      r: { type: "object" },
      odd: { type: "date" },
    };

    const kinds = modelOf(data)?.fields.map(({ name, schema }) => [name, schema]);

    expect(Object.fromEntries(kinds ?? [])).toEqual({
      s: { kind: "string", values: null },
      e: { kind: "string", values: ["x", "y"] },
      i: { kind: "integer" },
      n: { kind: "number" },
      b: { kind: "boolean" },
      z: { kind: "null" },
      l: {
        kind: "array",
        items: {
          kind: "object",
          fields: [{ name: "id", schema: { kind: "string", values: null }, required: true }],
        },
      },
      any: { kind: "array", items: { kind: "unknown" } },
      r: { kind: "record" },
      odd: { kind: "unknown" },
    });
  });

  it.each<[string, Json, Readonly<Record<string, boolean>>]>([
    [
      "requires every entry",
      { a: { type: "string" }, b: { type: "string" } },
      { a: true, b: true },
    ],
    [
      "requires only what a required list names",
      { a: { type: "string" }, b: { type: "string" }, required: ["a"] },
      { a: true, b: false },
    ],
    [
      "takes an entry called required for an entry",
      { a: { type: "string" }, required: { type: "boolean" } },
      { a: true, required: true },
    ],
  ])("%s", (_name, data, expected) => {
    const fields = modelOf(data)?.fields.map(({ name, required }) => [name, required]);

    expect(Object.fromEntries(fields ?? [])).toEqual(expected);
  });

  it("honours a required list of nested properties", () => {
    const properties = { a: { type: "string" }, b: { type: "string" } };

    const model = modelOf({ o: { type: "object", properties, required: ["b"] } });

    expect(model?.fields[0]?.schema).toMatchObject({
      fields: [
        { name: "a", required: false },
        { name: "b", required: true },
      ],
    });
  });
});

describe("actions that arrive inside data", () => {
  const items = {
    type: "array",
    items: {
      type: "object",
      properties: {
        id: { type: "string" },
        "on-click-action": {
          type: "object",
          properties: {
            name: { type: "string" },
            payload: { type: "object", properties: { offer: { type: "string" } } },
          },
        },
      },
    },
    __example__: [
      { id: "1", "on-click-action": { name: "data_exchange", payload: { offer: "o" } } },
      { id: "2", "on-click-action": { name: "navigate", next: { name: "B" }, payload: {} } },
    ],
  };
  const list = { type: "NavigationList", name: "list", "list-items": "${data.items}" };
  const screens = [screen("A", [list], { data: { items } }), screen("B", [])];

  it("are exchanges of what the data model declares", () => {
    expect(payloadOf(flowText(screens))).toMatchObject({
      fields: [{ name: "offer", value: { kind: "data", optional: false } }],
    });
  });

  it("are not looked for in another screen's data", () => {
    const elsewhere = { ...list, "list-items": "${screen.A.data.items}" };
    const others = [
      screen("A", [], { data: { items } }),
      screen("B", [elsewhere], { data: { items } }),
    ];

    expect(contractOf(flowText(others)).screens[1]?.input).toBeNull();
  });

  it("are routes where no routing model says so", () => {
    expect(contractOf(staticFlowText(screens)).routes.get("A")).toEqual(["B"]);
  });
});

describe("routes", () => {
  it("come from the routing model, with every screen a key", () => {
    const screens = [screen("A", []), screen("B", []), screen("C", [])];
    const contract = contractOf(flowText(screens, { routing_model: { A: ["B", "C"], B: ["C"] } }));

    expect([...contract.routes]).toEqual([
      ["A", ["B", "C"]],
      ["B", ["C"]],
      ["C", []],
    ]);
    expect(contract.entryScreens).toEqual(["A"]);
  });

  it("come from navigate actions where there is no routing model", () => {
    const contract = contractOf(
      staticFlowText([
        screen("A", [footer(navigate("B"))]),
        screen("B", [footer(complete())]),
        screen("C", [footer(navigate("B"))]),
      ]),
    );

    expect([...contract.routes]).toEqual([
      ["A", ["B"]],
      ["B", []],
      ["C", ["B"]],
    ]);
    expect(contract.entryScreens).toEqual(["A", "C"]);
  });

  it("do not lead from a screen to itself", () => {
    const contract = contractOf(staticFlowText([screen("A", [footer(navigate("A"))])]));

    expect([...contract.routes]).toEqual([["A", []]]);
  });

  it("begin at the first screen where a cycle leaves no entry", () => {
    const screens = [screen("A", []), screen("B", [])];

    const contract = contractOf(flowText(screens, { routing_model: { A: ["B"], B: ["A"] } }));

    expect(contract.entryScreens).toEqual(["A"]);
  });
});

describe("a completion", () => {
  it("is null where only the endpoint can end the flow", () => {
    expect(contractOf(flowText([screen("A", [footer(exchange())])])).completion).toBeNull();
  });

  it("is what a complete action sends", () => {
    const text = staticFlowText([screen("A", [footer(complete({ rating: 5 }))])]);

    expect(contractOf(text).completion).toEqual({
      kind: "single",
      payload: {
        kind: "payload",
        fields: [{ name: "rating", value: { kind: "literal", value: 5 } }],
      },
    });
  });
});
