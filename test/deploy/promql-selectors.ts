// The metrics that a PromQL expression asks for, with the labels it names: enough of the language to read ours.

export type Selector = { readonly name: string; readonly labels: readonly string[] };

/** Functions, operators and modifiers, which are no metrics. */
const WORDS = new Set(
  (
    "sum max min avg count rate increase changes absent vector offset and or unless on ignoring by without group_left " +
    "group_right bool histogram_quantile avg_over_time label_values"
  ).split(" "),
);

/** Label lists of `by (…)` and `on (…)`: they name what came of a selector, not the selector. */
const LABEL_LISTS = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g;
const SELECTOR = /([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?/g;
const MATCHER = /(\w+)\s*(?:=~|!~|!=|=)\s*"/g;

export function selectorsIn(expr: string): readonly Selector[] {
  const text = expr.replaceAll(LABEL_LISTS, " ").replaceAll(/\[[^\]]*\]/g, " ");
  return [...text.matchAll(SELECTOR)]
    .map(([, name = "", matchers = ""]) => ({
      name,
      labels: [...matchers.matchAll(MATCHER)].map((match) => match[1] ?? ""),
    }))
    .filter(({ name }) => !WORDS.has(name) && !/^\d|^[smhd]$/.test(name));
}
