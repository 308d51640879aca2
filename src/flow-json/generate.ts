// Writes `contract.gen.ts`: the zod twin of a flow.json, laid out as a person would have written it.
// The same flow.json always gives the same bytes, so a fresh copy can be compared with a committed one.

import { createHash } from "node:crypto";
import type { AnswerShape } from "./answer-shape.ts";
import { assertNavigation } from "./assert-navigation.ts";
import { type Code, layOut, quote } from "./code-layout.ts";
import { type Contract, type ContractScreen, deriveContract } from "./contract.ts";
import { contractHash } from "./contract-hash.ts";
import type { DataSchema, ObjectSchema } from "./data-model.ts";
import { parseFlowJson } from "./document.ts";
import type { InputShape } from "./input-shape.ts";
import type { PayloadShape, ValueShape } from "./value-shape.ts";

/**
 * The TypeScript of a flow's contract.
 *
 * @param flow     the flow's name, which is its folder's
 * @param flowJson the exact text of flow.json; its SHA-256 goes into the contract
 * @throws FlowJsonError where the text is no Flow JSON, or a `navigate` payload can never fit the screen it leads to
 */
export function generateContract({
  flow,
  flowJson,
}: {
  readonly flow: string;
  readonly flowJson: string;
}): string {
  const document = parseFlowJson(flowJson);
  assertNavigation(document);
  const contract = deriveContract(document);
  const sha256 = createHash("sha256").update(flowJson).digest("hex");
  const definition = layOut(
    call("defineFlow", flowObject(contract, flow, sha256)),
    "export const flow = ",
  );
  const imports = definition.includes("answer.") ? "answer, defineFlow" : "defineFlow";
  return `// Generated from flow.json by \`flowpoint flows generate ${flow}\`. Do not edit.
import { ${imports} } from "flowpoint";
import { z } from "zod";

${definition};
`;
}

function flowObject(contract: Contract, flow: string, sha256: string): Code {
  return object(
    [
      ["name", string(flow)],
      ["flowJsonSha256", string(sha256)],
      ["contractHash", string(contractHash(contract))],
      ["version", string(contract.version)],
      ["dataApiVersion", constant(contract.dataApiVersion)],
      ["entryScreens", array(contract.entryScreens.map(string))],
      [
        "routes",
        object([...contract.routes].map(([from, targets]) => [from, array(targets.map(string))])),
      ],
      [
        "screens",
        object(
          contract.screens.map((screen) => [screen.id, screenObject(screen)]),
          "expanded",
        ),
      ],
      [
        "completion",
        contract.completion === null
          ? constant(null)
          : inputSchema(contract.completion, "z.object"),
      ],
    ],
    "expanded",
  );
}

function screenObject({ model, input, refreshOnBack, terminal }: ContractScreen): Code {
  return object(
    [
      ["data", dataSchema(model)],
      ["input", input === null ? constant(null) : inputSchema(input, "z.strictObject")],
      ["refreshOnBack", constant(refreshOnBack)],
      ["terminal", constant(terminal)],
    ],
    "expanded",
  );
}

/** A request holds exactly its payload; a completion also holds the flow token and what Meta adds. */
type ObjectBuilder = "z.strictObject" | "z.object";

function inputSchema(input: InputShape, builder: ObjectBuilder): Code {
  switch (input.kind) {
    case "single":
      return payloadSchema(input.payload, builder);
    case "discriminated":
      return call(
        "z.discriminatedUnion",
        string(input.key),
        array(input.payloads.map((payload) => payloadSchema(payload, builder))),
      );
    case "union":
      return call(
        "z.union",
        array(input.payloads.map((payload) => payloadSchema(payload, builder))),
      );
  }
}

function payloadSchema({ fields }: PayloadShape, builder: ObjectBuilder): Code {
  return call(builder, object(fields.map(({ name, value }) => [name, valueSchema(value)])));
}

const COMPUTED = { text: "z.string", number: "z.number", boolean: "z.boolean" } as const;

function valueSchema(value: ValueShape): Code {
  switch (value.kind) {
    case "literal":
      return value.value === null ? call("z.null") : call("z.literal", constant(value.value));
    case "computed":
      return call(COMPUTED[value.type]);
    case "data":
      return optional(dataSchema(value.schema), value.optional);
    case "answer":
      return answerSchema(value);
    case "payload":
      return payloadSchema(value, "z.strictObject");
    case "list":
      return call("z.tuple", array(value.items.map(valueSchema)));
    case "unknown":
      return call("z.unknown");
  }
}

function answerSchema({ builder, ids, options, optional: isOptional }: AnswerShape): Code {
  const bounds = Object.entries(options).map(([name, value]) => [name, constant(value)] as const);
  const args = [
    ...(ids === null ? [] : [array(ids.map(string))]),
    ...(bounds.length === 0 ? [] : [object(bounds)]),
  ];
  // `choices` takes its ids before its bounds.
  const needsGap = builder === "choices" && ids === null && bounds.length > 0;
  const inner = call(`answer.${builder}`, ...(needsGap ? [atom("undefined")] : []), ...args);
  return isOptional ? call("answer.optional", inner) : inner;
}

function dataSchema(schema: DataSchema | ObjectSchema): Code {
  switch (schema.kind) {
    case "string":
      return schema.values === null
        ? call("z.string")
        : call("z.enum", array(schema.values.map(string)));
    case "integer":
      return call("z.int");
    case "number":
    case "boolean":
    case "null":
    case "unknown":
      return call(`z.${schema.kind}`);
    case "array":
      return call("z.array", dataSchema(schema.items));
    case "record":
      return call("z.record", call("z.string"), call("z.unknown"));
    case "object":
      return call(
        "z.object",
        object(
          schema.fields.map((field) => [
            field.name,
            optional(dataSchema(field.schema), !field.required),
          ]),
        ),
      );
  }
}

function optional(schema: Code, isOptional: boolean): Code {
  return isOptional ? call("z.optional", schema) : schema;
}

function atom(text: string): Code {
  return { kind: "atom", text };
}

function string(value: string): Code {
  return atom(quote(value));
}

function constant(value: string | number | boolean | null): Code {
  return typeof value === "string" ? string(value) : atom(String(value));
}

function array(items: readonly Code[]): Code {
  return { kind: "array", items };
}

function object(
  entries: readonly (readonly [string, Code])[],
  lines: "compact" | "expanded" = "compact",
): Code {
  return { kind: "object", entries, expanded: lines === "expanded" };
}

function call(callee: string, ...args: readonly Code[]): Code {
  return { kind: "call", callee, args };
}
