// Lays out a small tree of TypeScript expressions the way oxfmt does with its defaults, so that
// generated files need no formatter at run time. It knows literals, objects, arrays and calls; that
// is all a contract is made of. The rules are Prettier's, which oxfmt follows.

import {
  broken,
  concat,
  type Doc,
  group,
  indent,
  line,
  PRINT_WIDTH,
  printDoc,
  softline,
  text,
  tightGroup,
} from "./doc.ts";

export type Code =
  | { readonly kind: "atom"; readonly text: string }
  /** `expanded`: one entry per line even where one line would do. */
  | {
      readonly kind: "object";
      readonly entries: readonly (readonly [string, Code])[];
      readonly expanded: boolean;
    }
  | { readonly kind: "array"; readonly items: readonly Code[] }
  | { readonly kind: "call"; readonly callee: string; readonly args: readonly Code[] };

/** The text of `code`, where `prefix` is what stands before it on its first line. */
export function layOut(code: Code, prefix: string): string {
  return printDoc(concat(text(prefix), render(code)));
}

function render(code: Code): Doc {
  switch (code.kind) {
    case "atom":
      return text(code.text);
    case "object":
      return code.entries.length === 0 ? text("{}") : renderObject(code.entries, code.expanded);
    case "array":
      if (code.items.length === 0) return text("[]");
      return tightGroup(list("[", code.items.map(render), "]", softline));
    case "call":
      return concat(text(code.callee), renderArguments(code.args));
  }
}

function renderObject(entries: readonly (readonly [string, Code])[], expanded: boolean): Doc {
  const properties = entries.map(([key, value]) => renderProperty(propertyName(key), value));
  const doc = list("{", properties, "}", line);
  return expanded ? group(doc, true) : tightGroup(doc);
}

function renderProperty(name: string, value: Code): Doc {
  if (value.kind === "atom" && !isQuoted(value)) return text(`${name}: ${value.text}`);
  return concat(text(`${name}:`), { kind: "value", doc: render(value) });
}

function isQuoted(code: Code): boolean {
  return code.kind === "atom" && /^["']/.test(code.text);
}

/** So short that a call with nothing else in its parentheses is never broken inside them. */
function isShort(code: Code): boolean {
  if (code.kind === "object") return code.entries.length === 0;
  if (code.kind === "array") return code.items.length === 0;
  return code.kind === "atom" && (!isQuoted(code) || code.text.length <= PRINT_WIDTH / 4);
}

function renderArguments(args: readonly Code[]): Doc {
  if (args.length === 0) return text("()");
  const docs = args.map(render);
  const last = args.at(-1);
  const lastDoc = docs.at(-1);
  const before = docs.slice(0, -1);
  if (last !== undefined && args.length === 1 && isShort(last)) {
    return concat(text("("), ...docs, text(")"));
  }
  if (last === undefined || lastDoc === undefined || !canHug(last, args.at(-2))) {
    return tightGroup(list("(", docs, ")", softline));
  }
  const start = [text("("), ...before.flatMap((doc) => [doc, text(", ")])];
  return {
    kind: "choice",
    choices: [
      concat(...start, lastDoc, text(")")),
      concat({ kind: "flat", doc: concat(...start) }, broken(lastDoc), text(")")),
      group(list("(", docs, ")", softline), true),
    ],
  };
}

/** A last argument that is an object or an array keeps its bracket on the call's line. */
function canHug(last: Code, beforeLast: Code | undefined): boolean {
  if (last.kind === "object") return last.entries.length > 0 && beforeLast?.kind !== "object";
  return last.kind === "array" && last.items.length > 0 && beforeLast?.kind !== "array";
}

function list(open: string, docs: readonly Doc[], close: string, edge: Doc): Doc {
  const separated = docs.flatMap((doc, index) => (index === 0 ? [doc] : [text(","), line, doc]));
  const inner = indent(concat(edge, ...separated));
  return concat(text(open), inner, { kind: "ifBroken", text: "," }, edge, text(close));
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

function propertyName(name: string): string {
  return IDENTIFIER.test(name) ? name : quote(name);
}

/** A string literal with the quotes that need fewer escapes. */
export function quote(value: string): string {
  const literal = JSON.stringify(value);
  const doubles = value.split('"').length;
  const singles = value.split("'").length;
  if (doubles <= singles) return literal;
  return `'${literal.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
