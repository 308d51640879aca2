// What the phone says about an input that does not hold what it should.

import { asText } from "../../../flow-json/evaluate.ts";
import type { Problem } from "../../../phone/validity.ts";
import type { ViewComponent } from "../../../phone/view.ts";

const FORMATS: Readonly<Record<string, string>> = {
  email: "Enter a valid email address",
  phone: "Enter a valid phone number",
  number: "Enter a number",
  passcode: "Use digits only",
};

/** The flow's own message comes first; then, once the user has been there, the client's. */
export function problemText(component: ViewComponent, isTouched: boolean): string {
  const { error, problem } = component;
  if (typeof error === "string" && error !== "") return error;
  return isTouched && problem !== null ? describeProblem(component, problem) : "";
}

export function describeProblem({ properties }: ViewComponent, problem: Problem): string {
  const number = (...names: readonly string[]): string =>
    names.map((name) => asText(properties[name])).find((text) => text !== "") ?? "";
  switch (problem) {
    case "missing":
      return "This is required";
    case "too-short":
      return `Use at least ${number("min-chars")} characters`;
    case "too-long":
      return `Use at most ${number("max-chars", "max-length") || "80"} characters`;
    case "format":
      return FORMATS[asText(properties["input-type"])] ?? "Enter it in the form asked for";
    case "pattern":
      return "This does not have the form asked for";
    case "too-few":
      return `Choose at least ${number("min-selected-items", "min-uploaded-photos", "min-uploaded-documents")}`;
    case "too-many":
      return `Choose at most ${number("max-selected-items", "max-uploaded-photos", "max-uploaded-documents")}`;
    case "not-offered":
      return "Choose one of the options";
    case "out-of-range":
      return "Choose another date";
  }
}
