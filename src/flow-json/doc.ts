// Documents in Wadler's sense: text with places where lines may break, and the printer that decides
// where they do. The decisions are Prettier's. It knows nothing of TypeScript.

export const PRINT_WIDTH = 100;

/** A group is printed on one line if it fits, and broken otherwise. */
export type Doc =
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

type Mode = "flat" | "broken";
type Command = readonly [indent: number, mode: Mode, doc: Doc];

export function printDoc(root: Doc): string {
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

export const line: Doc = { kind: "line", flat: " " };
export const softline: Doc = { kind: "line", flat: "" };

export function text(value: string): Doc {
  return { kind: "text", text: value };
}

export function concat(...parts: readonly Doc[]): Doc {
  return { kind: "concat", parts };
}

export function indent(doc: Doc): Doc {
  return { kind: "indent", doc };
}

export function group(doc: Doc, isBroken = false): Doc {
  return { kind: "group", doc, broken: isBroken };
}

/** A group that cannot be on one line once anything inside it is not. */
export function tightGroup(doc: Doc): Doc {
  return group(doc, hasForcedBreak(doc));
}

export function broken(doc: Doc): Doc {
  return doc.kind === "group" ? group(doc.doc, true) : group(doc, true);
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
