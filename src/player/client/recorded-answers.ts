// What the user of the phone did, as the answers file of `flowpoint simulate`: per screen and visit the
// inputs in the order they were last filled, then what was pressed where it was not the Footer.

import type { JsonValue } from "../../flow-json/json-value.ts";

export type RecordedAnswers = readonly Visit[];

type Visit = {
  readonly screen: string;
  readonly filled: ReadonlyMap<string, JsonValue>;
  /** How it was left; `null` while it is open. */
  readonly left: "footer" | "back" | { readonly pressed: string } | null;
};

export function recordFilled(
  answers: RecordedAnswers,
  screen: string,
  name: string,
  value: JsonValue,
): RecordedAnswers {
  return withVisit(answers, screen, ({ filled }) => {
    const others = [...filled].filter(([each]) => each !== name);
    return { filled: new Map(value === null ? others : [...others, [name, value]]) };
  });
}

export function recordLeft(
  answers: RecordedAnswers,
  screen: string,
  left: NonNullable<Visit["left"]>,
): RecordedAnswers {
  return withVisit(answers, screen, () => ({ left }));
}

/** The file's text: JSON, one entry per screen. */
export function formatAnswers(answers: RecordedAnswers): string {
  const byScreen = new Map<string, JsonValue[]>();
  for (const { screen, filled, left } of answers) {
    const how =
      left === "back"
        ? { $back: true }
        : typeof left === "object" && left !== null
          ? { $press: left.pressed }
          : {};
    const visit = { ...Object.fromEntries(filled), ...how };
    byScreen.set(screen, [...(byScreen.get(screen) ?? []), visit]);
  }
  const entries = [...byScreen].map(([screen, visits]) => [
    screen,
    visits.length === 1 ? visits[0] : visits,
  ]);
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

function withVisit(
  answers: RecordedAnswers,
  screen: string,
  change: (visit: Visit) => Partial<Visit>,
): RecordedAnswers {
  const last = answers.at(-1);
  const isOpen = last !== undefined && last.screen === screen && last.left === null;
  const visit: Visit = isOpen ? last : { screen, filled: new Map(), left: null };
  return [...(isOpen ? answers.slice(0, -1) : answers), { ...visit, ...change(visit) }];
}
