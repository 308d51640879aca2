import { describe, expect, it } from "vitest";
import { parseFlowJson } from "../../src/flow-json/document.ts";
import { carryOver } from "../../src/phone/carry-over.ts";
import { enter, fill, press } from "../../src/phone/phone.ts";
import { view } from "../../src/phone/view.ts";
import { footer, input, navigate, screen, staticFlowText } from "../flow-json/flow-text.ts";
import { FLOW_TOKEN, phoneWith, walk } from "./open-phone.ts";

const choice = (...ids: readonly string[]) => ({
  "data-source": ids.map((id) => ({ id, title: id })),
});

const before = staticFlowText([
  screen("ONE", [
    input("TextInput", "name"),
    input("Dropdown", "fruit", choice("apple", "pear")),
    footer(navigate("TWO")),
  ]),
  screen("TWO", [input("TextArea", "note")]),
]);

function filled() {
  return walk(
    enter(phoneWith(before), { action: "navigate" }),
    (state) => fill(state, "name", "Ada"),
    (state) => fill(state, "fruit", "pear"),
  ).state;
}

describe("a phone whose flow.json was saved", () => {
  it("keeps what the inputs still take, and drops the rest", () => {
    const after = staticFlowText([
      screen("ONE", [
        input("TextInput", "name", { label: "Full name" }),
        input("Dropdown", "fruit", choice("apple", "plum")),
      ]),
    ]);

    const state = carryOver(filled(), parseFlowJson(after), "token-2");

    expect(state.screens.get("ONE")?.form).toEqual({ name: "Ada" });
    expect(state.flowToken).toBe("token-2");
    expect(view(state)).toMatchObject({ screen: "ONE", phase: { kind: "showing" } });
  });

  it("drops the value of an input whose type changed", () => {
    const after = staticFlowText([screen("ONE", [input("TextArea", "name")])]);

    expect(carryOver(filled(), parseFlowJson(after), FLOW_TOKEN).screens.get("ONE")?.form).toEqual(
      {},
    );
  });

  it("stays on its screen, and forgets screens that are gone from its history", () => {
    const { state } = walk({ state: filled(), effect: null }, (now) =>
      press(now, { kind: "footer" }),
    );
    const after = staticFlowText([screen("TWO", [input("TextArea", "note")])]);

    const { history } = carryOver(state, parseFlowJson(after), FLOW_TOKEN);

    expect(history).toEqual(["TWO"]);
  });

  it("closes where the screen shown is gone", () => {
    const after = staticFlowText([screen("OTHER", [])]);

    const state = carryOver(filled(), parseFlowJson(after), FLOW_TOKEN);

    expect(state).toMatchObject({ phase: { kind: "closed" }, history: [] });
  });

  it("closes where the screen shown needs data that nobody gave it", () => {
    const data = { greeting: { type: "string", __example__: "Hello" } };
    const after = staticFlowText([screen("ONE", [input("TextInput", "name")], { data })]);

    const state = carryOver(filled(), parseFlowJson(after), FLOW_TOKEN);

    expect(state.phase.kind).toBe("closed");
    expect(state.screens.get("ONE")?.form).toEqual({ name: "Ada" });
  });
});
