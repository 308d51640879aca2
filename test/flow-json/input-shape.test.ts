import { describe, expect, it } from "vitest";
import { exchange, flowText, footer, input, options, screen, type Json } from "./flow-text.ts";
import { contractOf } from "./read-contract.ts";

const link = (payload: Json) => ({
  type: "EmbeddedLink",
  text: "Link",
  "on-click-action": exchange(payload),
});
const shapeOf = (children: readonly Json[]) =>
  contractOf(flowText([screen("A", [input("TextInput", "t", { required: true }), ...children])]))
    .screens[0]?.input;

describe("several payloads of one screen", () => {
  it("are told apart by the first key whose literals all differ", () => {
    const shape = shapeOf([
      link({ source: "flow", trigger: "one" }),
      footer(exchange({ source: "flow", trigger: "two", t: "${form.t}" })),
    ]);

    expect(shape).toMatchObject({ kind: "discriminated", key: "trigger" });
  });

  it("become one where they are alike, as certain as the less certain of the two", () => {
    const shape = shapeOf([
      link({ trigger: "go", t: "${form.t}" }),
      footer(exchange({ trigger: "go", t: "${form.t}" })),
    ]);

    expect(shape).toMatchObject({
      kind: "single",
      payload: { fields: [{ name: "trigger" }, { name: "t", value: { builder: "draft" } }] },
    });
  });

  it("become one the same way, whichever comes first", () => {
    const choice = input("Dropdown", "c", { required: true, "data-source": options });
    const linked = link({ c: "${form.c}" });
    const submit = footer(exchange({ c: "${form.c}" }));
    const expected = {
      kind: "single",
      payload: { fields: [{ value: { builder: "choice", optional: true } }] },
    };

    expect(shapeOf([choice, linked, submit])).toMatchObject(expected);
    expect(shapeOf([choice, submit, linked])).toMatchObject(expected);
  });

  it("keep no bound that only one of them has, and an end that may be open", () => {
    const linked = link({ c: "${form.c}" });
    const submit = footer(exchange({ c: "${form.c}" }));

    for (const required of [{ "start-date": true }, { "start-date": true, "end-date": true }]) {
      expect(shapeOf([stay(required), submit, linked])).toMatchObject({
        kind: "single",
        payload: { fields: [{ value: { options: { end: "optional" }, optional: true } }] },
      });
    }
  });

  it("form a plain union, the longest first, where one literal has two shapes", () => {
    const shape = shapeOf([
      link({ trigger: "go" }),
      link({ trigger: "stop" }),
      footer(exchange({ trigger: "go", t: "${form.t}" })),
    ]);

    expect(shape).toMatchObject({
      kind: "union",
      payloads: [{ fields: [{ name: "trigger" }, { name: "t" }] }, {}, {}],
    });
  });

  it("form a plain union where no literal is common to all", () => {
    const shape = shapeOf([link({ trigger: "go" }), footer(exchange({ t: "${form.t}" }))]);

    expect(shape).toMatchObject({ kind: "union" });
  });
});

/** A period of at most nine days. */
function stay(required: Json): Json {
  return input("CalendarPicker", "c", { mode: "range", required, "max-days": 9 });
}
