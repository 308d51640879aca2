// Lays out a small tree of TypeScript expressions so that it can be read: whatever fits on a line stays on one, whatever
// does not is broken at its outermost brackets. It knows literals, objects, arrays and calls; that is all a contract is
// made of.

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

const WIDTH = 100;
const STEP = "  ";

/** Room for what may follow on the line: a comma, and the brackets of calls that end here. */
const TAIL = 3;

/** The text of `code`, where `prefix` is what stands before it on its first line. */
export function layOut(code: Code, prefix: string): string {
  return prefix + render(code, "", prefix.length);
}

/**
 * @param indent  of the line that the code begins on
 * @param column  where on that line it begins
 */
function render(code: Code, indent: string, column: number): string {
  const flat = isExpanded(code) ? null : inOneLine(code);
  if (flat !== null && column + flat.length + TAIL <= WIDTH) return flat;
  switch (code.kind) {
    case "atom":
      return code.text;
    case "object":
      return inLines("{", code.entries.map(entryIn(indent + STEP)), "}", indent);
    case "array": {
      const inner = indent + STEP;
      const items = code.items.map((item) => render(item, inner, inner.length));
      return inLines("[", items, "]", indent);
    }
    case "call":
      return renderCall(code.callee, code.args, indent, column);
  }
}

function entryIn(indent: string): (entry: readonly [string, Code]) => string {
  return ([name, value]) => {
    const key = `${propertyName(name)}: `;
    return key + render(value, indent, indent.length + key.length);
  };
}

/** The last argument is broken, and keeps its bracket on the call's line. */
function renderCall(callee: string, args: readonly Code[], indent: string, column: number): string {
  const last = args.at(-1);
  if (last === undefined) return `${callee}()`;
  const start = [`${callee}(`, ...args.slice(0, -1).map((arg) => `${inOneLine(arg)}, `)].join("");
  return `${start}${render(last, indent, column + start.length)})`;
}

function inLines(open: string, lines: readonly string[], close: string, indent: string): string {
  const inner = lines.map((line) => `${indent}${STEP}${line},\n`).join("");
  return `${open}\n${inner}${indent}${close}`;
}

function inOneLine(code: Code): string {
  switch (code.kind) {
    case "atom":
      return code.text;
    case "object": {
      const entries = code.entries.map(
        ([name, value]) => `${propertyName(name)}: ${inOneLine(value)}`,
      );
      return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
    }
    case "array":
      return `[${code.items.map(inOneLine).join(", ")}]`;
    case "call":
      return `${code.callee}(${code.args.map(inOneLine).join(", ")})`;
  }
}

function isExpanded(code: Code): boolean {
  switch (code.kind) {
    case "atom":
      return false;
    case "object":
      return code.expanded || code.entries.some(([, value]) => isExpanded(value));
    case "array":
      return code.items.some(isExpanded);
    case "call":
      return code.args.some(isExpanded);
  }
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** As it stands before the colon in an object. */
export function propertyName(name: string): string {
  return IDENTIFIER.test(name) ? name : quote(name);
}

/** A string literal. */
export function quote(value: string): string {
  return JSON.stringify(value);
}
