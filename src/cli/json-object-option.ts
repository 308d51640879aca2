// The value of an option that takes a JSON object, as `--claims` and `--data` do.

import { InvalidArgumentError } from "commander";
import { isJsonObject, type JsonObject } from "../flow-json/json-value.ts";

/** @throws InvalidArgumentError, which commander shows with the option's name */
export function parseJsonObjectOption(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Told below, with what is wanted rather than where the parser stopped.
  }
  throw new InvalidArgumentError("must be a JSON object.");
}
