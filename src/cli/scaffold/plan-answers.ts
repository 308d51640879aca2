// What a new handler answers, before anybody has written what it does: whatever leads on leads to the next screen, a
// terminal screen ends the flow, and a selection has its own screen shown again.

import { walkComponents } from "../../flow-json/component-tree.ts";
import type { Contract, ContractScreen, Exchange } from "../../flow-json/contract.ts";
import type { FlowJsonDocument } from "../../flow-json/document.ts";
import type { JsonObject } from "../../flow-json/json-value.ts";
import { leadsTo } from "../../flow-json/routes.ts";

export type PlannedAnswer =
  | { readonly kind: "show"; readonly screen: string }
  | { readonly kind: "finish" };

export type ScreenPlan =
  | { readonly kind: "single"; readonly answer: PlannedAnswer }
  /** One answer for each literal that the payloads have under `key`. */
  | { readonly kind: "switch"; readonly key: string; readonly answers: AnswersByLiteral };

export type AnswersByLiteral = ReadonlyMap<string, PlannedAnswer>;

/** Of every screen that has data_exchange actions, in the order of flow.json. */
export function planAnswers(
  document: FlowJsonDocument,
  contract: Contract,
): ReadonlyMap<string, ScreenPlan> {
  return new Map(
    contract.screens.flatMap((screen) => {
      const plan = planScreen(document, contract, screen);
      return plan === null ? [] : [[screen.id, plan]];
    }),
  );
}

/** @param payload  what the screen sends */
export function answerTo(plan: ScreenPlan, payload: JsonObject): PlannedAnswer | null {
  if (plan.kind === "single") return plan.answer;
  const literal = payload[plan.key];
  return (typeof literal === "string" ? plan.answers.get(literal) : undefined) ?? null;
}

function planScreen(
  document: FlowJsonDocument,
  contract: Contract,
  screen: ContractScreen,
): ScreenPlan | null {
  const { input, exchanges } = screen;
  if (input === null) return null;
  const leadsOn = whatLeadsOn(document, screen);
  const answerFor = (sent: readonly Exchange[]): PlannedAnswer =>
    sent.some(leadsOn) ? onward(contract, screen) : { kind: "show", screen: screen.id };
  if (input.kind !== "discriminated") return { kind: "single", answer: answerFor(exchanges) };

  const { key } = input;
  const literals = [...new Set(exchanges.map((exchange) => literalOf(exchange, key)))];
  return {
    kind: "switch",
    key,
    answers: new Map(
      literals.map((literal) => [
        literal,
        answerFor(exchanges.filter((exchange) => literalOf(exchange, key) === literal)),
      ]),
    ),
  };
}

/** The first route from which there is a way to the end; there may be side pages before it. */
function onward(contract: Contract, { id, terminal }: ContractScreen): PlannedAnswer {
  if (terminal) return { kind: "finish" };
  const targets = contract.routes.get(id) ?? [];
  const last = contract.screens.filter((screen) => screen.terminal);
  const onTheWay = targets.find((target) =>
    last.some((screen) => leadsTo(contract.routes, target, screen.id)),
  );
  return { kind: "show", screen: onTheWay ?? targets[0] ?? id };
}

/** A Footer that does something; where there is none, whatever is pressed; and where nothing is, a selection. */
function whatLeadsOn(
  document: FlowJsonDocument,
  screen: ContractScreen,
): (exchange: Exchange) => boolean {
  const pressed = [...walkComponents(document.screen(screen.id)?.components ?? [])].filter(
    ({ actions }) =>
      actions.some(({ trigger, name }) => trigger === "on-click-action" && name !== "open_url"),
  );
  if (pressed.some(({ type }) => type === "Footer"))
    return ({ component }) => component === "Footer";
  return pressed.length > 0 || screen.exchanges.some(isPressed) ? isPressed : () => true;
}

function isPressed({ trigger }: Exchange): boolean {
  return trigger === "on-click-action";
}

/** Every payload of a discriminated input has one. */
function literalOf({ payload }: Exchange, key: string): string {
  const value = payload.fields.find(({ name }) => name === key)?.value;
  return value?.kind === "literal" ? String(value.value) : "";
}
