// The server's own logger, with its lines kept for the test to read.

import { createLogger } from "../../src/app/telemetry/logger.ts";

export type LogLine = Readonly<Record<string, unknown>> & {
  readonly level: string;
  readonly msg: string;
};

export function captureLog(): {
  readonly log: ReturnType<typeof createLogger>;
  /** Every line so far, oldest first. */
  readonly lines: readonly LogLine[];
} {
  const lines: LogLine[] = [];
  const log = createLogger("trace", {
    // The logger writes one JSON object a line, with level and msg.
    write: (line: string) => void lines.push(JSON.parse(line) as LogLine),
  });
  return { log, lines };
}
