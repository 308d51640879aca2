// The log that a handler is given: its lines say what they are about, whatever the handler writes.

import type { Log } from "./services.ts";

export function logWith(log: Log, context: Readonly<Record<string, unknown>>): Log {
  return {
    debug: (fields, message) => log.debug({ ...context, ...fields }, message),
    info: (fields, message) => log.info({ ...context, ...fields }, message),
    warn: (fields, message) => log.warn({ ...context, ...fields }, message),
    error: (fields, message) => log.error({ ...context, ...fields }, message),
  };
}
