// What `navigate` hands over must be what the next screen declares: the same keys, both ways.
// Source: Meta, "Flow JSON", navigate; observed in Meta's web client, August 2026.

import type { ScreenView } from "../flow-view.ts";
import type { FlowView } from "../flow-view.ts";
import { nearestName } from "../nearest-name.ts";
import { type Navigation, navigations } from "./navigations.ts";
import { type Problem, replaceKey } from "./rule.ts";

export function* navigatePayload(flow: FlowView): Generator<Problem> {
  for (const navigation of navigations(flow)) {
    const { action, target } = navigation;
    if (target === undefined) continue;
    const given = Object.keys(action.payload ?? {});
    const expected = target.model.fields.map(({ name }) => name);
    if (action.payload === null) {
      if (expected.length > 0) yield missingPayload(navigation, target, expected);
    } else if (target.data === null) {
      if (given.length > 0) yield undeclaredModel(navigation, target, given);
    } else {
      yield* unknownKeys(navigation, target, given, expected);
      yield* missingKeys(navigation, target, given, expected);
    }
  }
}

function missingPayload(
  { action }: Navigation,
  target: ScreenView,
  expected: readonly string[],
): Problem {
  return {
    code: "MISSING_NAVIGATION_ACTION_PAYLOAD",
    at: action.path,
    message: `screen ${target.id} expects data, but navigate hands over none`,
    hint: `add "payload" with ${expected.join(", ")}`,
  };
}

function undeclaredModel(
  { action }: Navigation,
  target: ScreenView,
  given: readonly string[],
): Problem {
  return {
    code: "INVALID_NAVIGATE_ACTION_PAYLOAD",
    at: [...action.path, "payload"],
    message: `navigate hands data to screen ${target.id}, which declares none`,
    hint: `add "data" to screen ${target.id} with type and __example__ for ${given.join(", ")}, or write "payload": {} and refer to them as \${screen.….form.…}`,
  };
}

function* unknownKeys(
  { action }: Navigation,
  target: ScreenView,
  given: readonly string[],
  expected: readonly string[],
): Generator<Problem> {
  const known = new Set(expected);
  const free = expected.filter((name) => !Object.hasOwn(action.payload ?? {}, name));
  for (const key of given) {
    if (known.has(key)) continue;
    const near = nearestName(key, free);
    const at = [...action.path, "payload", key];
    yield {
      code: "INVALID_NAVIGATE_ACTION_PAYLOAD",
      at,
      part: "key",
      message: `screen ${target.id} declares no data called ${key}`,
      hint: near === null ? `declare ${key} in its data, or remove it here` : `write \`${near}\``,
      fix: near === null ? null : replaceKey(at, near),
    };
  }
}

function* missingKeys(
  { action }: Navigation,
  target: ScreenView,
  given: readonly string[],
  expected: readonly string[],
): Generator<Problem> {
  const present = new Set(given);
  const missing = expected.filter((name) => !present.has(name));
  if (missing.length === 0) return;
  yield {
    code: "INVALID_NAVIGATE_ACTION_PAYLOAD",
    at: [...action.path, "payload"],
    message: `screen ${target.id} expects ${missing.join(", ")}, which the payload leaves out`,
    hint: `add ${missing.join(", ")} to the payload`,
  };
}
