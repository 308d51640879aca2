// Where a server's log lines go: standard output, by way of a buffer, so that whoever reads it slowly, or not at all,
// holds up lines and not users. What the buffer cannot take is left out and counted.

import { type DestinationStream, type Logger, pino } from "pino";

/** Some ten thousand lines. */
const MOST_BUFFERED_BYTES = 4 * 1024 * 1024;

const FLUSH_LIMIT_MS = 1_000;

export interface LogOutput extends DestinationStream {
  /** Says in `log`, once somebody reads again, how many lines were left out. */
  tellLossesIn(log: Pick<Logger, "warn">): void;
  /** Resolves when everything is written that was logged before, or nobody has read it for a second. */
  flush(): Promise<void>;
}

export function openLogOutput(dest: number = process.stdout.fd): LogOutput {
  const stream = pino.destination({
    dest,
    sync: false,
    // Written at once; with 0 a flush would wait for nothing.
    minLength: 1,
    maxLength: MOST_BUFFERED_BYTES,
  });
  let leftOut = 0;
  stream.on("drop", () => {
    leftOut += 1;
  });
  return {
    write: (line) => void stream.write(line),
    tellLossesIn: (log) => {
      stream.on("drain", () => {
        if (leftOut === 0) return;
        const count = leftOut;
        leftOut = 0;
        log.warn({ leftOut: count }, "log lines were left out, since nobody read them in time");
      });
    },
    flush: () =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, FLUSH_LIMIT_MS);
        // What cannot be written at the end is lost; there is nobody to tell.
        stream.flush(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}
