// Writes the first `handler.test.ts` of a flow: the walk that its examples allow.

import { componentSpec } from "../../flow-json/components.ts";
import { quote } from "../../flow-json/code-layout.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../../flow-json/json-value.ts";
import type { ScaffoldedFlow } from "./handler-source.ts";
import { type ExampleAct, type ExampleVisit, walkExamples } from "./walk-examples.ts";

/** Whose `test` it is: handlers of this checkout are tested by vitest, as everything in it. */
export type TestRunner = "node:test" | "vitest";

export function testSource(flow: ScaffoldedFlow, runner: TestRunner): string {
  const { visits, end } = walkExamples(flow);
  const steps = visits.map((visit) => `${arrival(visit)}${actsOf(visit)}`).join("\n");
  if (end.kind === "completed") {
    const ending = `\n  assert.equal(phone.phase, "completed");\n  await phone.deliver();\n`;
    return wrapTest(
      runner,
      "goes from the first screen to the end",
      openWith(flow) + steps + ending,
    );
  }
  const name = `leads to ${visits.at(-1)?.screen ?? ""}`;
  const awaited =
    end.waitsFor.length === 0 ? "" : `: the Footer waits for ${end.waitsFor.join(", ")}`;
  return wrapTest(runner, name, `${openWith(flow)}${steps}  // Go on by hand${awaited}.\n`);
}

/** For a handler that has its own data: it opens, and shows its first screen. */
export function openingTestSource(
  flow: ScaffoldedFlow,
  runner: TestRunner,
  { seed }: { readonly seed: boolean },
): string {
  const [entry = ""] = flow.contract.entryScreens;
  const steps = [openWith(flow), arrival({ screen: entry, acts: [] })].join("");
  return wrapTest(runner, `opens on ${entry}`, steps, seed ? ", { seed: true }" : "");
}

function wrapTest(runner: TestRunner, name: string, steps: string, options = ""): string {
  return `import assert from "node:assert/strict";
${runner === "node:test" ? 'import { test } from "node:test";\n' : ""}import { openFlow } from "flowpoint/test";
${runner === "vitest" ? 'import { test } from "vitest";\n' : ""}
test(${quote(name)}, async () => {
  await using flow = await openFlow(import.meta.dirname${options});
  const phone = await flow.phone();

${steps}});
`;
}

/** Without an endpoint the message brings the first screen's data. */
function openWith({ document, contract }: ScaffoldedFlow): string {
  const [entry = ""] = contract.entryScreens;
  const takesData = (document.screen(entry)?.model.fields.length ?? 0) > 0;
  const opening =
    contract.hasEndpoint || !takesData ? "" : `{ data: flow.example(${quote(entry)}) }`;
  return `  await phone.open(${opening});\n`;
}

function arrival({ screen }: ExampleVisit): string {
  return `  assert.equal(phone.screen, ${quote(screen)});\n`;
}

function actsOf({ acts }: ExampleVisit): string {
  return acts.map((act) => `  await phone.${callOf(act)};\n`).join("");
}

function callOf(act: ExampleAct): string {
  switch (act.kind) {
    case "press":
      return act.label === null ? "press()" : `press(${quote(act.label)})`;
    case "choose-item":
      return `choose(${quote(act.list)}, ${quote(act.id)})`;
    case "fill": {
      const name = quote(act.component.name ?? "");
      return fillCall(name, act);
    }
  }
}

function fillCall(
  name: string,
  { component, value }: Extract<ExampleAct, { readonly kind: "fill" }>,
): string {
  switch (componentSpec(component.type)?.value ?? null) {
    case "choice":
    case "choices":
      return `choose(${[name, ...listOf(value).map(quoteValue)].join(", ")})`;
    case "date":
    case "calendar": {
      const dates = isJsonObject(value) ? Object.values(value) : [value];
      return `pickDate(${[name, ...dates.map(quoteValue)].join(", ")})`;
    }
    case "photos":
      return `pickFiles(${[name, ...listOf(value).map(() => file("example.jpg"))].join(", ")})`;
    case "documents":
      return `pickFiles(${[name, ...listOf(value).map(() => file("example.pdf"))].join(", ")})`;
    default:
      return `fill(${name}, ${quoteValue(value)})`;
  }
}

function listOf(value: JsonValue): readonly JsonValue[] {
  return isJsonArray(value) ? value : [value];
}

function quoteValue(value: JsonValue): string {
  return JSON.stringify(value);
}

function file(name: string): string {
  return `{ name: ${quote(name)}, bytes: Buffer.from("example") }`;
}
