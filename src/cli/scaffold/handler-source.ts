// Writes the first `handler.ts` of a flow, and the `example-data.ts` that it answers with.

import { type Code, layOut, propertyName, quote } from "../../flow-json/code-layout.ts";
import type { Contract } from "../../flow-json/contract.ts";
import type { FlowJsonDocument } from "../../flow-json/document.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../../flow-json/json-value.ts";
import { exampleFor } from "./example-data.ts";
import { type PlannedAnswer, planAnswers, type ScreenPlan } from "./plan-answers.ts";

/** What the writing of a new handler starts from. */
export type ScaffoldedFlow = {
  readonly name: string;
  readonly document: FlowJsonDocument;
  readonly contract: Contract;
};

export function handlerSource(flow: ScaffoldedFlow): string {
  return flow.contract.hasEndpoint ? endpointHandler(flow) : staticHandler(flow);
}

/** `null` where no screen that the endpoint may show takes data. */
export function exampleSource({ document, contract }: ScaffoldedFlow): string | null {
  if (!contract.hasEndpoint || document.screens.every((screen) => !takesData(document, screen.id)))
    return null;
  const entries = document.screens.flatMap((screen) =>
    takesData(document, screen.id) ? [[screen.id, codeOf(exampleFor(screen))] as const] : [],
  );
  const examples = layOut({ kind: "object", entries, expanded: true }, "export const examples = ");
  return `// The examples of flow.json, by screen. When handler.ts shows data of its own everywhere, delete this file.

import type { ScreenData, ScreenId } from "flowpoint";
import type { flow } from "./contract.gen.ts";

type Flow = typeof flow;

${examples} satisfies { readonly [S in ScreenId<Flow>]?: ScreenData<Flow, S> };
`;
}

const COMPLETED = `  // The answers, once they are stored. They may be brought again: what is done with them inside
  // \`call.once("store", (trx) => …)\` is done once.
  completed(completion, call) {
    if (completion.kind === "unreadable") {
      call.log.warn({ completion: call.key }, "answers that do not fit flow.json");
      return;
    }
    call.log.info({ answers: Object.keys(completion.response) }, "completed");
  },
`;

function staticHandler({ name }: ScaffoldedFlow): string {
  return `// Takes the answers of ${name}. WhatsApp walks its screens by itself.

import { implement } from "flowpoint";
import { flow } from "./contract.gen.ts";

// What the handler works with comes as an argument: ({ db, clock, log, media, env }) => …
export default implement(flow, () => ({
${COMPLETED}}));
`;
}

function endpointHandler(flow: ScaffoldedFlow): string {
  const { name, document, contract } = flow;
  const plans = planAnswers(document, contract);
  const finishes = [...plans.values()].some((plan) => answersOf(plan).some(isFinish));
  const members = [
    initMember(flow),
    exchangeMember(flow, plans),
    backMember(flow),
    COMPLETED,
  ].filter((each) => each !== "");
  const options = finishes ? "{ completion }, " : "";
  return `// Answers the screens of ${name}.
// It shows the examples of flow.json, so that the flow can be walked at once; put data of your own in their place.

import { implement } from "flowpoint";
${finishes ? 'import { z } from "zod";\n' : ""}import { flow } from "./contract.gen.ts";
${exampleSource(flow) === null ? "" : 'import { examples } from "./example-data.ts";\n'}${
    finishes
      ? `
/** What \`reply.finish\` hands over and \`completed\` is given, for instance \`booking_id: z.string()\`. */
const completion = z.object({});
`
      : ""
  }
// What the handler works with comes as an argument: ({ db, clock, log, media, env }) => …
export default implement(flow, ${options}() => ({
${members.join("\n")}}));
`;
}

function initMember({ document, contract }: ScaffoldedFlow): string {
  const [entry = ""] = contract.entryScreens;
  return `  // The flow is opened.
  init(reply) {
    return ${answerCode(document, { kind: "show", screen: entry })};
  },
`;
}

function exchangeMember(
  { document, contract }: ScaffoldedFlow,
  plans: ReadonlyMap<string, ScreenPlan>,
): string {
  if (plans.size === 0) return "  exchange: {},\n";
  const functions = [...plans].map(([screen, plan]) => {
    const others = (contract.routes.get(screen) ?? []).filter(
      (target) => !answersOf(plan).some((each) => each.kind === "show" && each.screen === target),
    );
    const note = others.length === 0 ? "" : `      // Routes also lead to ${others.join(", ")}.\n`;
    return `    ${propertyName(screen)}(input, reply) {\n${note}${bodyOf(document, plan)}    },\n`;
  });
  return `  // By screen: what the user has sent is \`input\`, the answer is what comes next.
  exchange: {
${functions.join("\n")}  },
`;
}

function bodyOf(document: FlowJsonDocument, plan: ScreenPlan): string {
  if (plan.kind === "single") return statement(document, plan.answer, "      ");
  const cases = [...plan.answers].map(([literal, answer], index, all) => {
    const code = statement(document, answer, "          ");
    const next = all[index + 1];
    // Cases in a row that answer alike share the answer.
    const isShared = next !== undefined && statement(document, next[1], "          ") === code;
    return `        case ${quote(literal)}:\n${isShared ? "" : code}`;
  });
  return `      switch (input${member(plan.key)}) {\n${cases.join("")}      }\n`;
}

function statement(document: FlowJsonDocument, answer: PlannedAnswer, indent: string): string {
  const note = isFinish(answer)
    ? `${indent}// What is done inside \`call.once("save", (trx) => …)\` is done once, however often this is sent.\n`
    : "";
  return `${note}${indent}return ${answerCode(document, answer)};\n`;
}

function backMember({ document, contract }: ScaffoldedFlow): string {
  const screens = contract.screens.filter(({ refreshOnBack }) => refreshOnBack);
  if (screens.length === 0) return "";
  const functions = screens.map(({ id }) => {
    const before = [...contract.routes].find(([, targets]) => targets.includes(id))?.[0] ?? id;
    const answer = answerCode(document, { kind: "show", screen: before });
    return `    ${propertyName(id)}(reply) {\n      return ${answer};\n    },\n`;
  });
  return `  // By the screen that is left with the back button.
  back: {
${functions.join("\n")}  },
`;
}

function answerCode(document: FlowJsonDocument, answer: PlannedAnswer): string {
  if (answer.kind === "finish") return "reply.finish({})";
  const { screen } = answer;
  const data = takesData(document, screen) ? `, examples${member(screen)}` : "";
  return `reply.show(${quote(screen)}${data})`;
}

function takesData(document: FlowJsonDocument, screen: string): boolean {
  return (document.screen(screen)?.model.fields.length ?? 0) > 0;
}

function answersOf(plan: ScreenPlan): readonly PlannedAnswer[] {
  return plan.kind === "single" ? [plan.answer] : [...plan.answers.values()];
}

function isFinish({ kind }: PlannedAnswer): boolean {
  return kind === "finish";
}

function member(name: string): string {
  const property = propertyName(name);
  return property === name ? `.${name}` : `[${property}]`;
}

function codeOf(value: JsonValue): Code {
  if (isJsonArray(value)) return { kind: "array", items: value.map(codeOf) };
  if (isJsonObject(value)) {
    const entries = Object.entries(value).map(([name, each]) => [name, codeOf(each)] as const);
    return { kind: "object", entries, expanded: false };
  }
  return { kind: "atom", text: JSON.stringify(value) };
}
