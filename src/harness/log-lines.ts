// Keeps what a handler logs, so that a test can read it: that something was said, and that nothing private was.

import type { Log } from "../flows/services.ts";

export type LogLine = {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
};

/** @returns a log, and the lines written to it so far */
export function createLogLines(): { readonly log: Log; readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const writer =
    (level: LogLine["level"]): Log["info"] =>
    (fields, message) => {
      lines.push({ level, fields, message });
    };
  return {
    log: {
      debug: writer("debug"),
      info: writer("info"),
      warn: writer("warn"),
      error: writer("error"),
    },
    lines,
  };
}
