// Walks a flow from its first screen to its end: a phone, a person and a transport, put together.

import type { JsonObject } from "../../flow-json/json-value.ts";
import { answer, expired, fail } from "../../phone/answer.ts";
import { back, type FlowAction, enter, fill, press } from "../../phone/phone.ts";
import { PhoneError } from "../../phone/phone-error.ts";
import type { PhoneState, Step } from "../../phone/phone-state.ts";
import { type View, view } from "../../phone/view.ts";
import { CommandFailed } from "../command-failed.ts";
import type { Act, Person } from "./act.ts";
import { inLog } from "./explain-answer.ts";
import { hintFor } from "./hint-for.ts";
import type { Transport } from "./transport.ts";

export type WalkResult = {
  readonly outcome: "completed" | "failed" | "expired";
  /** Every screen shown, in order, once per visit. */
  readonly screens: readonly string[];
  /** What the chat receives. */
  readonly params: JsonObject;
  /** Why it did not complete; empty where it did. */
  readonly reason: string;
};

export type WalkParts = {
  readonly phone: PhoneState;
  readonly message: FlowAction;
  readonly person: Person;
  readonly transport: Transport;
  /** Told whenever there is something new to see. */
  readonly showScreen: (view: View) => void;
};

export async function walk(parts: WalkParts): Promise<WalkResult> {
  const { person, transport } = parts;
  const screens: string[] = [];
  let lastReason = "";
  let lastTraceId: string | null = null;
  let now = enter(parts.phone, parts.message);
  for (;;) {
    const settled = await settle(now, transport);
    lastReason = settled.reason ?? lastReason;
    lastTraceId = settled.traceId ?? lastTraceId;
    const shown = view(settled.state);
    const { phase } = shown;
    switch (phase.kind) {
      case "completed":
        return { outcome: "completed", screens, params: phase.params ?? {}, reason: "" };
      case "expired":
        return { outcome: "expired", screens, params: {}, reason: phase.message };
      case "failed":
        return failed(screens, lastReason || phase.failure.detail);
      case "closed":
        return failed(screens, "the flow was closed");
      case "waiting":
      case "showing":
        break;
    }
    if (shown.screen !== null && shown.screen !== screens.at(-1)) screens.push(shown.screen);
    parts.showScreen(shown);
    // The endpoint excuses a handler that failed by a message like any other.
    const where =
      shown.snackbar === null || lastTraceId === null
        ? ""
        : `; if the handler failed, ${inLog(lastTraceId)}`;
    try {
      const act = await person.decide(shown);
      if (act.kind === "stop") return failed(screens, `the phone was put away${where}`);
      now = tryAct(settled.state, act, person);
    } catch (error) {
      // Answers that cannot be given end the walk like anything else that goes wrong on the way.
      if (!(error instanceof CommandFailed)) throw error;
      return failed(screens, `${error.message}${where}`);
    }
  }
}

function failed(screens: readonly string[], reason: string): WalkResult {
  return { outcome: "failed", screens, params: {}, reason };
}

function tryAct(state: PhoneState, act: Exclude<Act, { kind: "stop" }>, person: Person): Step {
  try {
    switch (act.kind) {
      case "fill":
        return fill(state, act.name, act.value);
      case "press":
        return press(state, act.target);
      case "back":
        return back(state);
    }
  } catch (error) {
    if (!(error instanceof PhoneError)) throw error;
    person.refused(`${error.message}${hintFor(view(state), act)}`);
    return { state, effect: null };
  }
}

type Settled = {
  readonly state: PhoneState;
  /** Why an exchange failed; `null` where none did. */
  readonly reason: string | null;
  /** Of the last answer; `null` where there was none. */
  readonly traceId: string | null;
};

/** Does what the phone asks for until it asks for nothing more. */
async function settle(step: Step, transport: Transport): Promise<Settled> {
  let { state, effect } = step;
  let reason: string | null = null;
  let traceId: string | null = null;
  while (effect !== null) {
    switch (effect.kind) {
      case "open_url":
        return { state, reason, traceId };
      case "notify":
        await transport.send(effect.request);
        return { state, reason, traceId };
      case "exchange": {
        const answered = await transport.send(effect.request);
        if (answered.kind === "failed") reason = answered.reason;
        if (answered.kind === "answer") traceId = answered.traceId;
        ({ state, effect } = applyAnswer(state, answered));
      }
    }
  }
  return { state, reason, traceId };
}

function applyAnswer(state: PhoneState, answered: Awaited<ReturnType<Transport["send"]>>): Step {
  switch (answered.kind) {
    case "answer":
      return answer(state, answered.clear);
    case "expired":
      return expired(state, answered.message);
    case "failed":
      return fail(state, answered.status);
  }
}
