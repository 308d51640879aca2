// Reads properties of a known JSON type out of a document. The strict reader throws a FlowJsonError
// that says where one is missing or of another type; the lenient one reads an empty value instead.
// Neither knows a rule of Flow JSON.

import { FlowJsonError, type FlowJsonErrorCode } from "./flow-json-error.ts";
import type { JsonSource } from "./json-source.ts";
import {
  formatPath,
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonPath,
  type JsonValue,
} from "./json-value.ts";

type JsonKinds = {
  string: string;
  boolean: boolean;
  array: readonly JsonValue[];
  object: JsonObject;
};

export interface ShapeReader {
  /** An error that points at `path`, or at its nearest existing ancestor. */
  error(code: FlowJsonErrorCode, path: JsonPath, message: string): FlowJsonError;
  /** @throws FlowJsonError `MISSING_REQUIRED_PROPERTY` or `INVALID_PROPERTY_TYPE` */
  required<Kind extends keyof JsonKinds>(
    owner: JsonObject,
    path: JsonPath,
    name: string,
    kind: Kind,
  ): JsonKinds[Kind];
  /** @throws FlowJsonError `INVALID_PROPERTY_TYPE` */
  optional<Kind extends keyof JsonKinds>(
    owner: JsonObject,
    path: JsonPath,
    name: string,
    kind: Kind,
  ): JsonKinds[Kind] | undefined;
  /** A value that has no name of its own: an array's element, a map's value. */
  element<Kind extends keyof JsonKinds>(
    value: JsonValue,
    path: JsonPath,
    kind: Kind,
  ): JsonKinds[Kind];
}

export function createShapeReader(source: JsonSource): ShapeReader {
  const error: ShapeReader["error"] = (code, path, message) => {
    const { line, column } = source.locate(path);
    return new FlowJsonError(code, { path, line, column }, message);
  };

  const element: ShapeReader["element"] = (value, path, kind) => {
    if (isKind(value, kind)) return value;
    const article = kind === "array" || kind === "object" ? "an" : "a";
    throw error("INVALID_PROPERTY_TYPE", path, `${formatPath(path)} must be ${article} ${kind}`);
  };

  const optional: ShapeReader["optional"] = (owner, path, name, kind) => {
    const value = owner[name];
    return value === undefined ? undefined : element(value, [...path, name], kind);
  };

  const required: ShapeReader["required"] = (owner, path, name, kind) => {
    const value = optional(owner, path, name, kind);
    if (value !== undefined) return value;
    const place = path.length === 0 ? "flow.json" : formatPath(path);
    throw error("MISSING_REQUIRED_PROPERTY", path, `${place} has no ${name}; add one`);
  };

  return { error, required, optional, element };
}

/** For a document that may be wrong anywhere, and whose faults are reported by somebody else. */
export function createLenientReader(source: JsonSource): ShapeReader {
  const strict = createShapeReader(source);
  return {
    error: (code, path, message) => strict.error(code, path, message),
    element: readLeniently,
    optional: (owner, _path, name, kind) => {
      const value = owner[name];
      return value !== undefined && isKind(value, kind) ? value : undefined;
    },
    required: (owner, path, name, kind) => readLeniently(owner[name] ?? null, path, kind),
  };
}

const EMPTY: JsonKinds = { string: "", boolean: false, array: [], object: {} };

function readLeniently<Kind extends keyof JsonKinds>(
  value: JsonValue,
  _path: JsonPath,
  kind: Kind,
): JsonKinds[Kind] {
  return isKind(value, kind) ? value : EMPTY[kind];
}

function isKind<Kind extends keyof JsonKinds>(
  value: JsonValue,
  kind: Kind,
): value is JsonKinds[Kind] & JsonValue {
  if (kind === "array") return isJsonArray(value);
  if (kind === "object") return isJsonObject(value);
  return typeof value === kind;
}
