// Log lines are JSON on standard output. What must never be in them is kept out by not being passed; the redaction and
// the error serializer here are the second line.

import { type DestinationStream, type Logger, pino } from "pino";
import type { TraceIds } from "./trace-ids.ts";

/** Fields that would hold something private if anyone ever passed them. */
const PRIVATE_FIELDS = [
  "data",
  "body",
  "input",
  "params",
  "flowToken",
  "flow_token",
  "token",
  "phone",
  "secret",
];

/** @param traceIds  name the trace that a line belongs to, as `trace_id`; default: no line has one */
export function createLogger(
  level: string,
  destination: DestinationStream = pino.destination(1),
  traceIds: TraceIds | null = null,
): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: describeErrors },
    // pino has its own way with whatever has a message, and would describe the description.
    serializers: { err: (described: unknown) => described },
    redact: { paths: PRIVATE_FIELDS, censor: "[private]" },
    mixin: () => {
      const id = traceIds?.current ?? null;
      return id === null ? {} : { trace_id: id };
    },
  };
  return pino(options, destination);
}

/** Errors are described under whatever name they are passed. */
function describeErrors(fields: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(fields);
  if (!entries.some(isError)) return fields;
  return Object.fromEntries(
    entries.map((entry) => (isError(entry) ? [entry[0], describeError(entry[1])] : entry)),
  );
}

/** What is thrown and passed as `err` need not be an Error. */
function isError([name, value]: [string, unknown]): boolean {
  return name === "err" || value instanceof Error;
}

/** What a log may tell about an error. */
export type DescribedError = {
  readonly type: string;
  readonly code?: string;
  readonly message?: string;
  readonly at?: readonly string[];
  readonly cause?: DescribedError;
};

/**
 * Describes an error without what a user may have typed.
 *
 * A database or validation error quotes the value it stumbled over, and a handler may put anything into a message; so
 * messages are left out, except where the engine or this server wrote them. Type, code and place are always told.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const at = framesOf(error);
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    ...(isSafeMessage(error) ? { message: error.message } : {}),
    ...(at.length === 0 ? {} : { at }),
    ...(error.cause === undefined || depth >= 3
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  };
}

/** Errors whose messages hold names of code and settings, not values. */
const SAFE_TYPES = new Set([
  "ReferenceError",
  "EndpointError",
  "HandlerLoadError",
  "ConnectionSilent",
  "ForwardError",
  "GraphError",
  "MediaError",
  "MigrationError",
  "SeedError",
  "OnceGuardError",
  "QueueNotReadyError",
  "ServerTooOldError",
  "DeadlinePassed",
  "KeyError",
]);

/** Postgres: an undefined or duplicate table, column, function or schema. These messages quote its name only. */
const SCHEMA_MISTAKES = new Set(["42P01", "42703", "42883", "42P07", "3F000"]);

function isSafeMessage(error: Error): boolean {
  if ("code" in error && typeof error.code === "string" && SCHEMA_MISTAKES.has(error.code)) {
    return true;
  }
  // V8 names properties and functions in its own TypeErrors; one thrown by hand may quote a value.
  return (
    SAFE_TYPES.has(error.name) ||
    (error.name === "TypeError" && ENGINE_TYPE_ERROR.test(error.message))
  );
}

const ENGINE_TYPE_ERROR =
  /^(Cannot read properties of (undefined|null) \(reading '[\w$]+'\)|[\w$.]+ is not (a function|iterable|a constructor))$/;

/** Frames inside Node and packages: long, and never where the mistake is. */
const FOREIGN_FRAME = /node:internal|\/node_modules\/|wasm:\/\//;

function framesOf({ stack = "", message }: Error): readonly string[] {
  // The stack begins with the message, whose own lines may look like frames.
  const start = stack.indexOf(message);
  if (start === -1) return [];
  return stack
    .slice(start + message.length)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("at ") && !FOREIGN_FRAME.test(line))
    .slice(0, 8)
    .map((line) => line.slice("at ".length));
}
