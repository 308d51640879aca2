// Answers from a file, screen by screen:
//
//     {
//       "APPOINTMENT": { "department": "dental", "time": { "option": 1 } },
//       "DETAILS": { "name": "Ada", "email": "ada@example.com" },
//       "SUMMARY": [{ "$back": true }, { "terms": true, "$press": "Read more" }, { "terms": true }]
//     }
//
// An option is named by its id or its title, or counted among those that are enabled (`{ "option": 1 }` is the first;
// `-1` the last). Inputs are filled in the order of the file, then the Footer is pressed. `$press` presses a link or a
// list item by what it says instead, `$back` goes back. A list holds the answers of one visit each; its last item serves
// every later visit. Files are given as the player copies them.

import { z } from "zod";
import { isJsonObject, type JsonObject, type JsonValue } from "../../flow-json/json-value.ts";
import type { View, ViewComponent } from "../../phone/view.ts";
import { CommandFailed } from "../command-failed.ts";
import type { Act, Person } from "./act.ts";
import { findPressable } from "../../phone/pressable.ts";

const visit = z.record(z.string(), z.json());
const ANSWERS = z.record(z.string(), z.union([visit, z.array(visit).min(1)]));

export type Answers = z.output<typeof ANSWERS>;

/** @throws CommandFailed naming what is wrong and where */
export function parseAnswers(file: string, text: string): Answers {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new CommandFailed(`${file} is not JSON; correct its syntax`, { cause });
  }
  const parsed = ANSWERS.safeParse(json);
  if (parsed.success) return parsed.data;
  const paths = parsed.error.issues.map((issue) => issue.path.join(".") || "(whole file)");
  throw new CommandFailed(
    `${file} does not hold answers at: ${paths.join(", ")}; write { "SCREEN": { "input": value } }`,
  );
}

export class ScriptedPerson implements Person {
  readonly #answers: Answers;
  readonly #visits = new Map<string, number>();
  #screen: string | null = null;
  #shown = "";
  #left: [name: string, value: JsonValue][] = [];
  #visit: JsonObject = {};

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  async decide(view: View): Promise<Act> {
    this.#shown = view.screen ?? "";
    if (view.screen !== this.#screen) this.#arrive(view.screen ?? "", view.snackbar);
    const next = this.#left.shift();
    if (next !== undefined) {
      const [name, value] = next;
      return { kind: "fill", name, value: chooseValue(view, name, value) };
    }
    // Whatever this visit leads to is a new visit, also where it leads to the same screen.
    this.#screen = null;
    if (this.#visit["$back"] === true) return { kind: "back" };
    const wanted = this.#visit["$press"];
    if (typeof wanted !== "string") return { kind: "press", target: { kind: "footer" } };
    const found = findPressable(view, wanted);
    if (found === undefined) {
      throw new CommandFailed(`${view.screen}: nothing to press says "${wanted}"`);
    }
    return { kind: "press", target: found.target };
  }

  refused(reason: string): void {
    throw new CommandFailed(`${this.#shown}: the answers cannot be given: ${reason}`);
  }

  #arrive(screen: string, snackbar: string | null): void {
    const count = this.#visits.get(screen) ?? 0;
    const given = this.#answers[screen] ?? {};
    const visits = Array.isArray(given) ? given : [given];
    if (count >= Math.max(MAX_VISITS, visits.length)) {
      // A message may refuse the answers or excuse the server: which of them, its readers see best.
      const how = snackbar === null ? "; give others" : `, the last time saying "${snackbar}"`;
      throw new CommandFailed(`${screen} was shown ${count} times with the same answers${how}`);
    }
    this.#visits.set(screen, count + 1);
    this.#screen = screen;
    this.#visit = visits[Math.min(count, visits.length - 1)] ?? {};
    this.#left = Object.entries(this.#visit).filter(([name]) => !name.startsWith("$"));
  }
}

/** Answers that a flow refuses again and again would otherwise be given for ever. */
const MAX_VISITS = 3;

function chooseValue(view: View, name: string, value: JsonValue): JsonValue {
  const component = view.components.find((each) => each.name === name);
  if (component === undefined || component.options === null) return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => chooseOption(component, item));
  return chooseOption(component, value);
}

function chooseOption(component: ViewComponent, wanted: JsonValue): JsonValue {
  const options = component.options ?? [];
  if (isJsonObject(wanted) && typeof wanted["option"] === "number") {
    const enabled = options.filter((option) => option.enabled);
    const at = wanted["option"] > 0 ? wanted["option"] - 1 : enabled.length + wanted["option"];
    const option = enabled[at];
    if (option !== undefined) return option.id;
    throw new CommandFailed(
      `${component.name} has ${enabled.length} options to choose from, no such one`,
    );
  }
  const byId = options.find((option) => option.id === wanted);
  return (byId ?? options.find((option) => option.title === wanted))?.id ?? wanted;
}
