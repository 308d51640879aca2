// Texts that look like bindings and are none: a client shows or sends them as they stand, and an
// upload says nothing.
// Source: observed in Meta's web client, August 2026.

import { formatReference, parseBinding, parseReference, type Reference } from "../../binding.ts";
import { isExpression } from "../../expression.ts";
import { isAtLeast } from "../../versions.ts";
import type { FlowView, PlacedText, ScreenView } from "../flow-view.ts";
import { type Problem, replaceValue } from "../rules/rule.ts";

/** No binding is possible in these, or a rule of its own looks at it. */
const ELSEWHERE: ReadonlySet<string> = new Set(["type", "name", "condition", "pattern", "src"]);

export function* literalReferences(flow: FlowView): Generator<Problem> {
  for (const { screen, text, path } of texts(flow)) {
    const inside = /^(?:\$\{([^{}]*)\}|\{\{([^{}]*)\}\})$/.exec(text);
    if (inside === null || parseBinding(text) !== null) continue;
    const meant = intended(flow, screen, (inside[1] ?? inside[2] ?? "").trim());
    yield {
      code: "NOT_A_BINDING",
      at: path,
      message: `${text} is no binding, so it is shown or sent as this very text`,
      hint:
        meant === null
          ? "write ${data.…}, ${form.…} or ${screen.….form.…}"
          : `write \`${formatReference(meant)}\``,
      fix: meant === null ? null : replaceValue(path, formatReference(meant)),
    };
  }
}

export function* bindingsInsideText(flow: FlowView): Generator<Problem> {
  for (const { component, text, path, property } of texts(flow)) {
    if (parseBinding(text) !== null || !/\$\{(?:data|form|screen)\.[^{}]*\}/.test(text)) continue;
    if (/^\$\{[^{}]*\}$/.test(text)) continue;
    // Meta refuses it there.
    if (component.type === "RichText" && property === "text") continue;
    const fix = isAtLeast(flow.version, "6.0") ? asExpression(text) : null;
    yield {
      code: "BINDING_INSIDE_TEXT",
      at: path,
      message: "a binding with text around it is shown or sent as it stands",
      hint:
        fix === null
          ? "bind the whole text, or write an expression in backticks from version 6.0 on"
          : `write ${fix}`,
      fix: fix === null ? null : replaceValue(path, fix),
    };
  }
}

type Placed = PlacedText & { readonly screen: ScreenView };

function* texts({ screens }: FlowView): Generator<Placed> {
  for (const screen of screens) {
    for (const found of screen.texts) {
      if (!ELSEWHERE.has(found.property) && !isExpression(found.text)) yield { ...found, screen };
    }
  }
}

/** The first reference that exists and differs from what is written in nothing but what it lacks. */
function intended(flow: FlowView, screen: ScreenView, inside: string): Reference | null {
  const onOther = /^screen\.([\w,]+)\.([\w-]+)$/.exec(inside);
  const candidates =
    onOther === null
      ? [inside, `form.${inside}`, `data.${inside}`]
      : ["form", "data"].map((source) => `screen.${onOther[1]}.${source}.${onOther[2]}`);
  for (const candidate of candidates) {
    const reference = parseReference(candidate);
    if (reference !== null && flow.resolve(reference, screen).kind === "found") return reference;
  }
  return null;
}

/** `Hi ${form.name}!` as an expression; `null` where quotes or backticks are in the way. */
function asExpression(text: string): string | null {
  if (/['`]/.test(text)) return null;
  const parts = text.split(/(\$\{[^{}]*\})/).filter((part) => part !== "");
  const isWhole = parts.every((part) => !part.startsWith("${") || parseBinding(part) !== null);
  if (!isWhole) return null;
  return `\`${parts.map((part) => (part.startsWith("${") ? part : `'${part}'`)).join(" ")}\``;
}

/** Whether a title takes data depends on the client. */
export function* titleBindings({ screens }: FlowView): Generator<Problem> {
  for (const { title, path } of screens) {
    if (!/\$\{[^{}]*\}/.test(title)) continue;
    yield {
      code: "BINDING_IN_TITLE",
      at: [...path, "title"],
      message: "not every client puts data into the title of a screen",
      hint: "write a title that fits every time, and show the data in a TextHeading",
    };
  }
}
