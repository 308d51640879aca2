// Asks whoever sits at the terminal: every input in turn, then what to press.

import { createInterface, type Interface } from "node:readline";
import { asText } from "../../flow-json/evaluate.ts";
import type { JsonValue } from "../../flow-json/json-value.ts";
import type { View, ViewComponent } from "../../phone/view.ts";
import type { Act, Person } from "./act.ts";
import { pressables } from "../../phone/pressable.ts";
import { FILES_ELSEWHERE, takesFiles } from "./hint-for.ts";

export class AskedPerson implements Person {
  readonly #terminal: Interface;
  /** Line by line, so that nothing typed ahead or piped in is lost. */
  readonly #lines: AsyncIterator<string>;
  readonly #tell: (line: string) => void;
  readonly #asked = new Set<string>();
  #screen: string | null = null;
  #isOpen = true;

  constructor(tell: (line: string) => void) {
    this.#tell = tell;
    this.#terminal = createInterface({ input: process.stdin, output: process.stderr });
    this.#lines = this.#terminal[Symbol.asyncIterator]();
    this.#terminal.once("close", () => {
      this.#isOpen = false;
    });
  }

  async decide(view: View): Promise<Act> {
    if (view.screen !== this.#screen) {
      this.#asked.clear();
      this.#screen = view.screen;
    }
    const open = view.components.find(
      (each) =>
        each.role === "input" &&
        each.enabled &&
        each.name !== null &&
        !this.#asked.has(each.name) &&
        isAskable(each),
    );
    return open === undefined ? this.#askWhatToPress(view) : this.#askFor(open);
  }

  refused(reason: string): void {
    this.#tell(`! ${reason}`);
    this.#asked.clear();
  }

  close(): void {
    this.#terminal.close();
  }

  /** @returns `null` at the end of the input */
  async #ask(question: string): Promise<string | null> {
    if (this.#isOpen) {
      // Readline must know the question, which it draws anew when the answer is edited.
      this.#terminal.setPrompt(question);
      this.#terminal.prompt();
    } else {
      process.stderr.write(question);
    }
    const line = await this.#lines.next();
    const typed = line.done === true ? null : line.value.trim();
    // A terminal shows what is typed itself; lines from a pipe would leave the question without its answer.
    if (typed === null || !process.stdin.isTTY) this.#tell(typed ?? "");
    return typed;
  }

  async #askFor(component: ViewComponent): Promise<Act> {
    const { name, properties, options, required } = component;
    if (name === null) return { kind: "stop" };
    this.#asked.add(name);
    const choices = (options ?? []).filter((option) => option.enabled);
    for (const [i, { title }] of choices.entries()) this.#tell(`  ${numberOf(i)}  ${title}`);
    const hint = expectedForm(component);
    const question = `${asText(properties["label"])}${required ? "*" : ""}${hint}: `;
    const typed = await this.#ask(question);
    if (typed === null) return { kind: "stop" };
    return { kind: "fill", name, value: readValue(component, typed) };
  }

  async #askWhatToPress(view: View): Promise<Act> {
    const links = pressables(view);
    for (const [i, { label }] of links.entries()) this.#tell(`  ${numberOf(i)}  ${label}`);
    const { footer } = view;
    this.#tellOfFiles(view);
    if (footer !== null && footer.blockedBy.length > 0) {
      const awaited = footer.blockedBy.map(({ name, problem }) => `${name} (${problem})`);
      this.#tell(`! "${footer.label}" waits for: ${awaited.join(", ")}`);
    }
    const enter = footer?.enabled === true ? `Enter for "${footer.label}"` : "";
    const ways = [
      enter,
      links.length > 0 ? "a number" : "",
      "b for back",
      "a to answer again",
      "q to quit",
    ];
    const typed = await this.#ask(`${ways.filter(Boolean).join(", ")}: `);
    if (typed === null || typed === "q") return { kind: "stop" };
    if (typed === "a") {
      this.#asked.clear();
      return this.decide(view);
    }
    const link = links[Number(typed) - 1];
    if (typed !== "" && typed !== "b" && link === undefined) {
      this.#tell("! there is nothing of that kind to press");
      return this.#askWhatToPress(view);
    }
    this.#asked.clear();
    if (typed === "b") return { kind: "back" };
    return { kind: "press", target: link === undefined ? { kind: "footer" } : link.target };
  }

  /** Once a visit. */
  #tellOfFiles({ components }: View): void {
    for (const component of components) {
      const { name, enabled, properties, required } = component;
      if (!takesFiles(component) || !enabled || name === null || this.#asked.has(name)) continue;
      this.#asked.add(name);
      const label = `${asText(properties["label"])}${required ? "*" : ""}`;
      this.#tell(`! ${label}: ${FILES_ELSEWHERE}`);
    }
  }
}

/** From 1 on, in columns: no screen offers a hundred. */
function numberOf(index: number): string {
  return String(index + 1).padStart(2);
}

/** A NavigationList is pressed, and files cannot be typed. */
function isAskable(component: ViewComponent): boolean {
  return component.type !== "NavigationList" && !takesFiles(component);
}

function expectedForm({ type, options, properties }: ViewComponent): string {
  if (type === "OptIn") return " (y or n)";
  if (type === "DatePicker") return " (YYYY-MM-DD)";
  if (type === "CalendarPicker") {
    return properties["mode"] === "range" ? " (YYYY-MM-DD YYYY-MM-DD)" : " (YYYY-MM-DD)";
  }
  if (options === null) return "";
  return type === "CheckboxGroup" || type === "ChipsSelector" ? " (numbers)" : " (number)";
}

function readValue({ type, options, properties }: ViewComponent, typed: string): JsonValue {
  if (type === "OptIn") return typed.toLowerCase().startsWith("y");
  if (typed === "") return null;
  if (type === "CalendarPicker" && properties["mode"] === "range") {
    const [start = "", end = ""] = typed.split(/\s+/);
    return { "start-date": start, "end-date": end };
  }
  if (options === null) return typed;
  const choices = options.filter((option) => option.enabled);
  const ids = typed.split(/[\s,]+/).map((number) => choices[Number(number) - 1]?.id ?? number);
  return type === "CheckboxGroup" || type === "ChipsSelector" ? ids : (ids[0] ?? null);
}
