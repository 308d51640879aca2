// What passes everywhere and is better done otherwise.

import { isAtLeast } from "../../versions.ts";
import type { FlowView } from "../flow-view.ts";
import { type Problem, replaceValue } from "../rules/rule.ts";

const RECOMMENDED = "7.3";
const DOCUMENTED_COMPONENTS = 50;
/** Beyond this an upload refuses the screen. */
const REFUSED_COMPONENTS = 100;

export function* oldVersion({ version, root }: FlowView): Generator<Problem> {
  if (root["version"] !== version || isAtLeast(version, RECOMMENDED)) return;
  yield {
    code: "OLD_VERSION",
    at: ["version"],
    message: `version ${version} is older than ${RECOMMENDED}, which Meta recommends`,
    hint: `write \`"version": "${RECOMMENDED}"\` and check again`,
  };
}

/** Meta documents 50, its upload counts to 100. */
export function* manyComponents({ screens }: FlowView): Generator<Problem> {
  for (const { id, path, flat } of screens) {
    const count = flat.filter(({ type }) => type !== "Form").length;
    if (count <= DOCUMENTED_COMPONENTS || count > REFUSED_COMPONENTS) continue;
    yield {
      code: "MANY_COMPONENTS",
      at: [...path, "layout", "children"],
      message: `screen ${id} has ${count} components; Meta documents ${DOCUMENTED_COMPONENTS} as the limit`,
      hint: "move some of them to another screen",
    };
  }
}

export function* insecureLinks({ screens }: FlowView): Generator<Problem> {
  for (const { name, url, path } of screens.flatMap(({ flat }) =>
    flat.flatMap(({ actions }) => actions),
  )) {
    if (name !== "open_url" || url?.startsWith("http://") !== true) continue;
    const at = [...path, "url"];
    yield {
      code: "INSECURE_LINK",
      at,
      message: "clients open https links only",
      hint: "write https://",
      fix: replaceValue(at, url.replace("http://", "https://")),
    };
  }
}

/** Blanks pass for a condition, but nobody knows what they come to. */
export function* blankConditions({ screens }: FlowView): Generator<Problem> {
  for (const { kind, properties, path } of screens.flatMap(({ flat }) => flat)) {
    const condition = properties["condition"];
    if (kind !== "if" || typeof condition !== "string" || !/^ +$/.test(condition)) continue;
    yield {
      code: "BLANK_CONDITION",
      at: [...path, "condition"],
      message: "this If has no condition",
      hint: "write one, such as ${data.is_open}, or remove the If",
    };
  }
}
