// Parses JSON of strangers under limits: a scan over the text, iterative and linear, refuses what is
// too deep, has too many keys or a dangerous one, before JSON.parse builds anything. JSON.parse takes
// half a million levels, but what walks its result later (a validator, a logger) overflows the stack.

export type JsonRefusal =
  | "is not UTF-8"
  | "is not JSON"
  | "is nested too deeply"
  | "has too many keys"
  | "has a forbidden key"
  | "has a duplicate key";

export type BoundedJson =
  | { readonly kind: "parsed"; readonly value: unknown }
  | { readonly kind: "refused"; readonly reason: JsonRefusal };

export type JsonLimits = { readonly maxDepth: number; readonly maxKeys: number };

/** What a screen's worth of data may hold. */
const DEFAULT_LIMITS: JsonLimits = { maxDepth: 32, maxKeys: 2_000 };

// A byte order mark is kept in the text, where JSON.parse refuses it.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Parses UTF-8 JSON within limits, with no key `__proto__` anywhere, however it is escaped.
 *
 * @param strictTop also refuses `constructor` and duplicate keys in the outermost object
 * @param limits default 32 levels and 2,000 keys in all
 * @returns the value, or the first reason found against it; never throws
 */
export function parseBoundedJson(
  bytes: Uint8Array,
  {
    strictTop = false,
    limits = DEFAULT_LIMITS,
  }: { readonly strictTop?: boolean; readonly limits?: JsonLimits } = {},
): BoundedJson {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    // A fatal decoder throws for nothing but bytes that are not UTF-8.
    return { kind: "refused", reason: "is not UTF-8" };
  }
  const reason = scan(text, strictTop, limits);
  if (reason !== null) return { kind: "refused", reason };
  const value = parseOrUndefined(text);
  return value === undefined
    ? { kind: "refused", reason: "is not JSON" }
    : { kind: "parsed", value };
}

/**
 * Exact for valid JSON, where a colon outside strings always ends a key. For anything else it may
 * answer either way: JSON.parse has the last word.
 */
function scan(text: string, strictTop: boolean, limits: JsonLimits): JsonRefusal | null {
  const topKeys = new Set<string>();
  let depth = 0;
  let keys = 0;
  let stringStart = 0;
  let stringEnd = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charAt(at)) {
      case '"':
        stringStart = at;
        at = closingQuote(text, at + 1);
        if (at === -1) return "is not JSON";
        stringEnd = at + 1;
        break;
      case "{":
      case "[":
        depth += 1;
        if (depth > limits.maxDepth) return "is nested too deeply";
        break;
      case "}":
      case "]":
        depth -= 1;
        break;
      case ":": {
        keys += 1;
        if (keys > limits.maxKeys) return "has too many keys";
        const key = readKey(text.slice(stringStart, stringEnd));
        stringStart = stringEnd; // one colon per string: reading a long one again and again is slow
        if (key === null) return "is not JSON";
        if (key === "__proto__") return "has a forbidden key";
        if (strictTop && depth === 1) {
          if (key === "constructor") return "has a forbidden key";
          if (topKeys.has(key)) return "has a duplicate key";
          topKeys.add(key);
        }
        break;
      }
    }
  }
  return null;
}

/** The text of a quoted key, or `null`. Only an escape makes it differ from what stands between the quotes. */
function readKey(quoted: string): string | null {
  if (quoted !== "" && !quoted.includes("\\")) return quoted.slice(1, -1);
  const key = parseOrUndefined(quoted);
  return typeof key === "string" ? key : null;
}

/** Index of the quote that ends the string whose content starts at `from`, or -1. */
function closingQuote(text: string, from: number): number {
  let quote = text.indexOf('"', from);
  while (quote !== -1) {
    let contentEnd = quote;
    while (contentEnd > from && text[contentEnd - 1] === "\\") contentEnd -= 1;
    const isEscaped = (quote - contentEnd) % 2 === 1;
    if (!isEscaped) return quote;
    quote = text.indexOf('"', quote + 1);
  }
  return -1;
}

/** `undefined`, which no JSON text means, when the text is not JSON. */
function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON.parse throws for nothing but text that is not JSON.
    return undefined;
  }
}
