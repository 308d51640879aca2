// Plain bindings: a string that is one `${…}` and nothing else. Text around it, or a reference
// without `data` or `form`, makes it ordinary text, which a client shows as it stands.

export type Reference = {
  readonly kind: "reference";
  /** `null`: the screen the text stands on. */
  readonly screen: string | null;
  readonly source: "data" | "form";
  /** At least one name. */
  readonly path: readonly [string, ...string[]];
};

/** The inside of `${…}`. Screen ids hold letters, underscores and, up to 6.3, commas. */
const REFERENCE = /^(?:screen\.([\w,]+)\.)?(data|form)\.([\w.-]+)$/;

/** A name is missing. Not said in `REFERENCE`, where a repeated group would overflow the stack on a long path. */
const EMPTY_NAME = /^\.|\.\.|\.$/;

/** No data is nested that deep; what comes after these cannot make a reference lead anywhere. */
const MAX_NAMES = 256;

/** `null` for a string that is no binding. */
export function parseBinding(text: string): Reference | null {
  return text.startsWith("${") && text.endsWith("}") ? parseReference(text.slice(2, -1)) : null;
}

/** Reads what stands between `${` and `}`. */
export function parseReference(text: string): Reference | null {
  const match = REFERENCE.exec(text);
  if (match === null) return null;
  const [, screen, source, path] = match;
  if (path === undefined || EMPTY_NAME.test(path)) return null;
  const [first, ...rest] = path.split(".", MAX_NAMES);
  if (first === undefined || (source !== "data" && source !== "form")) return null;
  return { kind: "reference", screen: screen ?? null, source, path: [first, ...rest] };
}

/** The reference as it is written. */
export function formatReference({ screen, source, path }: Reference): string {
  const owner = screen === null ? "" : `screen.${screen}.`;
  return `\${${owner}${source}.${path.join(".")}}`;
}
