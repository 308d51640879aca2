// The one error this folder throws: Flow JSON that cannot be read, or of which no contract can be made. What breaks any
// other rule is a finding of the linter, never an exception.

import { formatPath, type JsonPath } from "./json-value.ts";

/** Meta's own codes, so that a reader meets the same words here and in an upload's answer. */
export type FlowJsonErrorCode =
  | "INVALID_FLOW_JSON"
  | "MISSING_FLOW_JSON_VERSION"
  | "INVALID_FLOW_JSON_VERSION"
  | "MISSING_REQUIRED_PROPERTY"
  | "INVALID_PROPERTY_TYPE"
  | "INVALID_PROPERTY_KEY"
  | "DUPLICATE_SCREEN_IDS"
  | "INVALID_NAVIGATE_ACTION_PAYLOAD";

export type FlowJsonErrorPlace = {
  readonly path: JsonPath;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
};

export class FlowJsonError extends Error {
  override readonly name = "FlowJsonError";
  readonly code: FlowJsonErrorCode;
  /** Spelled as Meta spells it, for example `screens[0].layout`; empty for the whole document. */
  readonly path: string;
  readonly line: number;
  readonly column: number;

  constructor(
    code: FlowJsonErrorCode,
    place: FlowJsonErrorPlace,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.path = formatPath(place.path);
    this.line = place.line;
    this.column = place.column;
  }
}
