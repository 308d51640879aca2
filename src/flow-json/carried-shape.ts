// Screen data that holds answers: what a user typed on one screen, `navigate` carries to the next, and that one sends on
// as `${data.x}`. It arrives as a client keeps answers, not as the data model says: numbers as text, an untouched OptIn
// as `null`, an input left empty as nothing at all.

import type { AnswerBuilder, AnswerShape } from "./answer-shape.ts";
import type { ValueShape } from "./value-shape.ts";

type DataShape = Extract<ValueShape, { readonly kind: "data" }>;

/**
 * The shape that takes both what the data model declares, for an endpoint may give that, and what the flow's own actions
 * give.
 *
 * @param sources  shapes of the values that actions give
 */
export function carriedShape(declared: DataShape, sources: readonly ValueShape[]): ValueShape {
  const answers = sources.filter((source) => source.kind === "answer");
  const optional =
    declared.optional || sources.some((source) => "optional" in source && source.optional);
  const hasDraft = answers.some(({ builder }) => builder === "draft");

  if (answers.length === 0) return { ...declared, optional };
  switch (declared.schema.kind) {
    case "string":
      if (hasDraft) return unbounded("draft", false);
      return optional ? unbounded("text", true) : declared;
    case "number":
    case "integer": {
      const isPasscode = answers.every(({ builder }) => builder === "passcode");
      return unbounded(isPasscode ? "passcode" : "number", optional || hasDraft);
    }
    case "boolean": {
      const isAgreed = answers.every(({ options }) => options["required"] === true);
      return isAgreed ? { ...declared, optional } : unbounded("consent", false);
    }
    case "array":
      return optional && answers.every(({ builder }) => builder === "choices")
        ? unbounded("choices", true)
        : { ...declared, optional };
    default:
      return { ...declared, optional };
  }
}

/** The endpoint may give anything of the type, so none of the input's bounds holds. */
function unbounded(builder: AnswerBuilder, optional: boolean): AnswerShape {
  return { kind: "answer", builder, ids: null, options: {}, optional };
}
