// The run-time twin of the types of `reply`: an outcome is held against the contract before anything is sent, since
// WhatsApp shows its user an error for every answer that breaks the routing model or a screen's data model.
//
// Refusals name the screen and the path of what is wrong, never a value.

import type { z } from "zod";
import type { FlowContract } from "./define-flow.ts";
import type { Outcome } from "./outcome.ts";

/** Where the user is: `null` on INIT. */
export type OutcomeOrigin =
  | { readonly action: "init"; readonly screen: null }
  | { readonly action: "data_exchange" | "back"; readonly screen: string };

/** An outcome that may be sent as it is. */
export type CheckedOutcome =
  | {
      readonly kind: "screen";
      readonly screen: string;
      readonly data: Readonly<Record<string, unknown>>;
      readonly errorMessage: string | null;
    }
  | { readonly kind: "final"; readonly params: Readonly<Record<string, unknown>> }
  | { readonly kind: "expired"; readonly message: string };

export type OutcomeVerdict =
  | { readonly kind: "accepted"; readonly outcome: CheckedOutcome }
  | { readonly kind: "refused"; readonly screen: string; readonly reason: string };

/** Keys of screen data that the WhatsApp client takes for itself: Meta, "Implement endpoints for Flows". */
const RESERVED_DATA_KEYS = ["error_message", "extension_message_response"];

/**
 * Holds a handler's outcome against the flow's contract. Data keys that the model does not declare are dropped.
 *
 * @param completion  the handler's completion schema, for final parameters
 */
export function checkOutcome(
  flow: FlowContract,
  completion: z.ZodType | null,
  origin: OutcomeOrigin,
  outcome: unknown,
): OutcomeVerdict {
  const from = origin.screen ?? "INIT";
  if (!isOutcome(outcome)) return refused(from, "the handler returned something not made by reply");
  switch (outcome.kind) {
    case "expire":
      return accepted({ kind: "expired", message: outcome.message });
    case "finish":
      return checkFinal(from, completion, outcome.params);
    case "reject":
      if (origin.screen === null) return refused(from, "INIT has no screen to reject");
      return checkScreen(flow, origin.screen, outcome.data, outcome.message);
    case "show": {
      const route = checkRoute(flow, origin, outcome.screen);
      return route === null
        ? checkScreen(flow, outcome.screen, outcome.data, null)
        : refused(from, route);
    }
  }
}

function checkRoute(flow: FlowContract, origin: OutcomeOrigin, target: string): string | null {
  if (!Object.hasOwn(flow.screens, target)) return "shows a screen that is not in flow.json";
  if (origin.action === "init") {
    return flow.entryScreens.includes(target)
      ? null
      : `answers INIT with ${target}, which is not an entry screen`;
  }
  const joined =
    target === origin.screen ||
    flow.routes[origin.screen]?.includes(target) === true ||
    flow.routes[target]?.includes(origin.screen) === true;
  return joined ? null : `shows ${target}, to which no route leads`;
}

function checkScreen(
  flow: FlowContract,
  screen: string,
  data: unknown,
  errorMessage: string | null,
): OutcomeVerdict {
  const contract = flow.screens[screen];
  if (contract === undefined) return refused(screen, "is not in flow.json");
  const parsed = contract.data.safeParse(data);
  if (!parsed.success) return refused(screen, describeIssues("data", parsed.error.issues));
  for (const key of RESERVED_DATA_KEYS) {
    if (Object.hasOwn(parsed.data, key)) {
      return refused(screen, `data.${key} is reserved; use reply.reject or reply.finish`);
    }
  }
  return accepted({ kind: "screen", screen, data: parsed.data, errorMessage });
}

function checkFinal(from: string, completion: z.ZodType | null, params: unknown): OutcomeVerdict {
  if (typeof params !== "object" || params === null || Array.isArray(params)) {
    return refused(from, "params of finish are not an object");
  }
  const parsed = completion?.safeParse(params);
  if (parsed?.success === false) {
    return refused(from, describeIssues("params", parsed.error.issues));
  }
  // What was checked is sent as it was given: `completed` runs the same schema over it, transforms included.
  return accepted({ kind: "final", params: { ...params } });
}

/** Paths and codes of the first few issues; zod's messages may quote values, so they stay out. */
function describeIssues(root: string, issues: readonly z.core.$ZodIssue[]): string {
  return issues
    .slice(0, 3)
    .map((issue) => `${[root, ...issue.path.map(String)].join(".")} (${issue.code})`)
    .join(", ");
}

function isOutcome(value: unknown): value is Outcome {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  switch (value.kind) {
    case "show":
      return "screen" in value && typeof value.screen === "string" && "data" in value;
    case "reject":
      return "message" in value && typeof value.message === "string" && "data" in value;
    case "finish":
      return "params" in value;
    case "expire":
      return "message" in value && typeof value.message === "string";
    default:
      return false;
  }
}

function accepted(outcome: CheckedOutcome): OutcomeVerdict {
  return { kind: "accepted", outcome };
}

function refused(screen: string, reason: string): OutcomeVerdict {
  return { kind: "refused", screen, reason };
}
