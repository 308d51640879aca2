// Walks a flow on a phone, screen by screen, with made-up answers and the endpoint that a new handler will be: what was
// done is what its first test does.

import type { JsonObject, JsonValue } from "../../flow-json/json-value.ts";
import { answer } from "../../phone/answer.ts";
import { createPhone, enter, fill, press, type PressTarget } from "../../phone/phone.ts";
import { PhoneError } from "../../phone/phone-error.ts";
import type { DataExchangeRequest, PhoneState, Step } from "../../phone/phone-state.ts";
import { pressables } from "../../phone/pressable.ts";
import { type View, view, type ViewComponent } from "../../phone/view.ts";
import { exampleAnswers } from "./example-answers.ts";
import { exampleFor } from "./example-data.ts";
import type { ScaffoldedFlow } from "./handler-source.ts";
import { answerTo, type PlannedAnswer, planAnswers } from "./plan-answers.ts";

export type ExampleAct =
  | { readonly kind: "fill"; readonly component: ViewComponent; readonly value: JsonValue }
  /** `label`: `null` for the Footer. */
  | { readonly kind: "press"; readonly label: string | null }
  | { readonly kind: "choose-item"; readonly list: string; readonly id: string };

export type ExampleVisit = { readonly screen: string; readonly acts: readonly ExampleAct[] };

export type ExampleWalk = {
  readonly visits: readonly ExampleVisit[];
  readonly end:
    | { readonly kind: "completed" }
    /** On the last screen; it may wait for inputs that none of the examples fits. */
    | { readonly kind: "stuck"; readonly waitsFor: readonly string[] };
};

export function walkExamples(flow: ScaffoldedFlow): ExampleWalk {
  const send = createExampleEndpoint(flow);
  const visits: ExampleVisit[] = [];
  let state = openFlow(flow, send);
  for (;;) {
    const screen = state.history.at(-1) ?? "";
    if (visits.some((visit) => visit.screen === screen)) {
      // Round in a circle.
      visits.push({ screen, acts: [] });
      return { visits, end: { kind: "stuck", waitsFor: [] } };
    }
    const { acts, last, hasLeft } = visitScreen(state, send);
    visits.push({ screen, acts });
    if (!hasLeft) {
      const waitsFor = view(last).footer?.blockedBy.map(({ name }) => name) ?? [];
      return { visits, end: { kind: "stuck", waitsFor } };
    }
    if (last.phase.kind !== "showing") return { visits, end: { kind: "completed" } };
    state = last;
  }
}

type Send = (step: Step) => PhoneState;

function openFlow({ document, contract }: ScaffoldedFlow, send: Send): PhoneState {
  const phone = createPhone(document, { flowToken: "" });
  if (contract.hasEndpoint) return send(enter(phone, { action: "data_exchange" }));
  const [entry] = contract.entryScreens;
  const screen = document.screens.find(({ id }) => id === entry);
  return send(
    enter(phone, {
      action: "navigate",
      ...(screen === undefined ? {} : { screen: screen.id, data: exampleFor(screen) }),
    }),
  );
}

function visitScreen(
  arrived: PhoneState,
  send: Send,
): {
  readonly acts: readonly ExampleAct[];
  readonly last: PhoneState;
  readonly hasLeft: boolean;
} {
  const acts: ExampleAct[] = [];
  const tried = new Set<string | null>();
  let state = arrived;
  for (;;) {
    const seen = view(state);
    const open = seen.components.filter(({ name }) => !tried.has(name)).filter(isOpen);
    const required = open.find((component) => component.required);
    const pressed = required === undefined ? pressOnward(state, seen, send) : null;
    if (pressed !== null) {
      return { acts: [...acts, pressed.act], last: pressed.state, hasLeft: true };
    }
    // Where nothing is to be pressed, what is optional may lead on.
    const input = required ?? open[0];
    if (input === undefined) return { acts, last: state, hasLeft: false };
    tried.add(input.name);
    const filled = fillIn(state, input, send);
    if (filled === null) continue;
    acts.push({ kind: "fill", component: input, value: filled.value });
    state = filled.state;
    if (isAway(arrived, state)) return { acts, last: state, hasLeft: true };
  }
}

function isOpen({ role, name, enabled, value, required, problem }: ViewComponent): boolean {
  const isBlank = required ? problem !== null : value === null;
  return role === "input" && name !== null && enabled && isBlank;
}

function fillIn(
  state: PhoneState,
  { name, key }: ViewComponent,
  send: Send,
): { readonly state: PhoneState; readonly value: JsonValue } | null {
  // Looked at again: an option may have been taken away since.
  const component = view(state).components.find((each) => each.key === key);
  for (const value of component === undefined ? [] : exampleAnswers(component)) {
    const next = attempt(() => send(fill(state, name ?? "", value)));
    const problem = next === null ? "refused" : problemOf(next, key);
    if (next !== null && problem === null) return { state: next, value };
  }
  return null;
}

function problemOf(state: PhoneState, key: string): string | null {
  if (state.phase.kind !== "showing") return null;
  return view(state).components.find((component) => component.key === key)?.problem ?? null;
}

function pressOnward(
  state: PhoneState,
  seen: View,
  send: Send,
): { readonly act: ExampleAct; readonly state: PhoneState } | null {
  const others = pressables(seen).filter(({ target }) => target.kind !== "opt-in");
  const ways: readonly { readonly label: string | null; readonly target: PressTarget }[] = [
    ...(seen.footer?.enabled === true
      ? [{ label: null, target: { kind: "footer" } as const }]
      : []),
    // Of several that say the same the first is found.
    ...others.filter(
      ({ label }, index) => others.findIndex((each) => each.label === label) === index,
    ),
  ];
  for (const { label, target } of ways) {
    const next = attempt(() => send(press(state, target)));
    if (next === null || !isAway(state, next)) continue;
    const act: ExampleAct =
      target.kind === "item"
        ? { kind: "choose-item", list: target.list, id: target.id }
        : { kind: "press", label };
    return { act, state: next };
  }
  return null;
}

function isAway(before: PhoneState, after: PhoneState): boolean {
  return after.phase.kind !== "showing" || after.history.at(-1) !== before.history.at(-1);
}

/** `null` for what a person cannot do, or what ends in an error. */
function attempt(act: () => PhoneState): PhoneState | null {
  try {
    const state = act();
    return state.phase.kind === "failed" ? null : state;
  } catch (error) {
    if (error instanceof PhoneError) return null;
    throw error;
  }
}

function createExampleEndpoint(flow: ScaffoldedFlow): Send {
  const { document, contract } = flow;
  const plans = planAnswers(document, contract);
  const toAnswer = ({ action, screen, data }: DataExchangeRequest): JsonObject => {
    const [entry = ""] = contract.entryScreens;
    const plan = plans.get(screen);
    const planned: PlannedAnswer | null =
      action === "INIT"
        ? { kind: "show", screen: entry }
        : plan === undefined
          ? null
          : answerTo(plan, data);
    if (planned === null) return {};
    if (planned.kind === "finish") {
      const params = { flow_token: "" };
      return { screen: "SUCCESS", data: { extension_message_response: { params } } };
    }
    const shown = document.screen(planned.screen);
    return { screen: planned.screen, data: shown === undefined ? {} : exampleFor(shown) };
  };
  return ({ state, effect }) => {
    let now: Step = { state, effect };
    while (now.effect?.kind === "exchange") now = answer(now.state, toAnswer(now.effect.request));
    return now.state;
  };
}
