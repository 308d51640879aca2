// Lays out a small tree of TypeScript expressions the way oxfmt does with its defaults, so that
// generated files need no formatter at run time. It knows literals, objects, arrays and calls; that
// is all a contract is made of. The rules are Prettier's, which oxfmt follows.

const PRINT_WIDTH = 100;

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
  return print(concat(text(prefix), render(code)));
}

// A document says where lines may break. A group is printed on one line if it fits, else broken.
type Doc =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "concat"; readonly parts: readonly Doc[] }
  | { readonly kind: "indent"; readonly doc: Doc }
  /** A possible line break, `flat` where the group is on one line. */
  | { readonly kind: "line"; readonly flat: string }
  /** Only where the group is broken: a trailing comma. */
  | { readonly kind: "ifBroken"; readonly text: string }
  | { readonly kind: "group"; readonly doc: Doc; readonly broken: boolean }
  /** Stays on one line wherever it stands. */
  | { readonly kind: "flat"; readonly doc: Doc }
  /** A property's value: begins on the next line only where its first piece fits nowhere else. */
  | { readonly kind: "value"; readonly doc: Doc }
  /** The first of these that fits; the last one if none does. */
  | { readonly kind: "choice"; readonly choices: readonly [Doc, Doc, Doc] };

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
  return group(doc, expanded || hasForcedBreak(doc));
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

const line: Doc = { kind: "line", flat: " " };
const softline: Doc = { kind: "line", flat: "" };

function text(value: string): Doc {
  return { kind: "text", text: value };
}

function concat(...parts: readonly Doc[]): Doc {
  return { kind: "concat", parts };
}

function indent(doc: Doc): Doc {
  return { kind: "indent", doc };
}

function group(doc: Doc, isBroken = false): Doc {
  return { kind: "group", doc, broken: isBroken };
}

/** A group that cannot be on one line once anything inside it is not. */
function tightGroup(doc: Doc): Doc {
  return group(doc, hasForcedBreak(doc));
}

function broken(doc: Doc): Doc {
  return doc.kind === "group" ? group(doc.doc, true) : group(doc, true);
}

type Mode = "flat" | "broken";
type Command = readonly [indent: number, mode: Mode, doc: Doc];

function print(root: Doc): string {
  const commands: Command[] = [[0, "broken", root]];
  let out = "";
  let column = 0;
  for (let command = commands.pop(); command !== undefined; command = commands.pop()) {
    const [depth, mode, doc] = command;
    switch (doc.kind) {
      case "text":
        out += doc.text;
        column += displayWidth(doc.text);
        break;
      case "concat":
        for (const part of doc.parts.toReversed()) commands.push([depth, mode, part]);
        break;
      case "indent":
        commands.push([depth + 2, mode, doc.doc]);
        break;
      case "flat":
        commands.push([depth, "flat", doc.doc]);
        break;
      case "value": {
        const here: Command = [depth, mode, concat(text(" "), doc.doc)];
        const below: Command = [depth, "broken", indent(concat(line, doc.doc))];
        commands.push(mode === "flat" || fits(here, commands, column) ? here : below);
        break;
      }
      case "ifBroken":
        if (mode === "broken") commands.push([depth, mode, text(doc.text)]);
        break;
      case "line":
        if (mode === "flat") {
          commands.push([depth, mode, text(doc.flat)]);
        } else {
          out += `\n${" ".repeat(depth)}`;
          column = depth;
        }
        break;
      case "group": {
        const flat: Command = [depth, "flat", doc.doc];
        const isFlat = !doc.broken && (mode === "flat" || fits(flat, commands, column));
        commands.push(isFlat ? flat : [depth, "broken", doc.doc]);
        break;
      }
      case "choice": {
        const [onOneLine, hugged, brokenOut] = doc.choices;
        const flat: Command = [depth, "flat", onOneLine];
        const hug: Command = [depth, "broken", hugged];
        if (mode === "flat" || fits(flat, commands, column)) commands.push(flat);
        else commands.push(fits(hug, commands, column) ? hug : [depth, "broken", brokenOut]);
        break;
      }
    }
  }
  return out;
}

/** Whether everything up to the next line break fits on the line that has reached `column`. */
function fits(next: Command, rest: readonly Command[], column: number): boolean {
  const commands: (readonly [Mode, Doc])[] = [[next[1], next[2]]];
  let restIndex = rest.length;
  let left = PRINT_WIDTH - column;
  while (left >= 0) {
    const command = commands.pop();
    if (command === undefined) {
      restIndex -= 1;
      const following = rest[restIndex];
      if (following === undefined) return true;
      commands.push([following[1], following[2]]);
      continue;
    }
    const [mode, doc] = command;
    switch (doc.kind) {
      case "text":
        left -= displayWidth(doc.text);
        break;
      case "concat":
        for (const part of doc.parts.toReversed()) commands.push([mode, part]);
        break;
      case "indent":
        commands.push([mode, doc.doc]);
        break;
      case "flat":
        commands.push(["flat", doc.doc]);
        break;
      case "value":
        commands.push([mode, concat(text(" "), doc.doc)]);
        break;
      case "ifBroken":
        if (mode === "broken") left -= displayWidth(doc.text);
        break;
      case "line":
        if (mode === "broken") return true;
        left -= displayWidth(doc.flat);
        break;
      case "group":
        commands.push([doc.broken ? "broken" : mode, doc.doc]);
        break;
      case "choice":
        commands.push([mode, mode === "broken" ? doc.choices[2] : doc.choices[0]]);
        break;
    }
  }
  return false;
}

function hasForcedBreak(doc: Doc): boolean {
  switch (doc.kind) {
    case "group":
      return doc.broken || hasForcedBreak(doc.doc);
    case "indent":
    case "flat":
    case "value":
      return hasForcedBreak(doc.doc);
    case "concat":
      return doc.parts.some(hasForcedBreak);
    case "choice":
      return hasForcedBreak(doc.choices[0]);
    default:
      return false;
  }
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

/** Columns a terminal needs: two for East Asian wide characters and emoji, none for combining marks. */
function displayWidth(value: string): number {
  if (/^[ -~]*$/.test(value)) return value.length;
  return Array.from(value).reduce((width, character) => {
    if (/\p{Mark}/u.test(character)) return width;
    return width + (WIDE.test(character) ? 2 : 1);
  }, 0);
}

const WIDE =
  /[\u{1100}-\u{115f}\u{2e80}-\u{303e}\u{3041}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
