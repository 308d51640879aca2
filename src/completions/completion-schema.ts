// A flow's completion schemas: the one its handler gives for what the endpoint finishes with, and the one generated from
// the `complete` actions of its flow.json. Answers are the flow's when either accepts them.

import { z } from "zod";
import type { Completion } from "../flows/implement.ts";
import type { LoadedFlow } from "../flows/loaded-flow.ts";
import type { JsonObject } from "../protocol/json-object.ts";
import { type Answers, withoutAddedKeys } from "./answers.ts";

/** What `completed` is given. A flow without a schema takes every object. */
export function readCompletion(flow: LoadedFlow, { text, response }: Answers): Completion<unknown> {
  if (response === null) return { kind: "unreadable", text };
  const sent = withoutAddedKeys(response);
  const schemas = schemasOf(flow);
  if (schemas.length === 0) return { kind: "readable", response: sent };
  for (const schema of schemas) {
    const parsed = parse(schema, sent);
    if (parsed !== null) return { kind: "readable", response: parsed.data };
  }
  return { kind: "unreadable", text };
}

/**
 * Whether answers look like the flow's: a schema takes them, and knows every one of their keys. A schema that asks for
 * little would otherwise claim the answers of every other flow.
 */
export function isLikely(flow: LoadedFlow, response: JsonObject): boolean {
  const sent = withoutAddedKeys(response);
  if (Object.keys(sent).length === 0) return false;
  return schemasOf(flow).some((schema) => parse(strict(schema), sent) !== null);
}

function schemasOf({ contract, options }: LoadedFlow): readonly z.ZodType[] {
  return [options.completion ?? null, contract.completion].filter((schema) => schema !== null);
}

function parse(schema: z.ZodType, sent: JsonObject): { readonly data: unknown } | null {
  try {
    const parsed = schema.safeParse(sent);
    return parsed.success ? parsed : null;
  } catch {
    // A schema whose own code stumbles over answers does not take them; they reach the handler as text.
    return null;
  }
}

function strict(schema: z.ZodType): z.ZodType {
  // An object that says itself what other keys may hold keeps its word.
  return schema instanceof z.ZodObject && schema.def.catchall === undefined
    ? schema.strict()
    : schema;
}
