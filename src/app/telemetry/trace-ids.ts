// Which trace the running code belongs to, so that every log line of a request bears the same id, whoever writes it and
// however deep. It needs no tracing to be switched on.

import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";

/** What a caller says of the trace it is in: W3C, "Trace Context", level 1. */
export type TraceParent = {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly isSampled: boolean;
};

const TRACEPARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/** @returns `null` for a header that is absent or malformed, which begins a trace of its own */
export function parseTraceparent(header: string | undefined): TraceParent | null {
  const [, version, traceId = "", spanId = "", flags = "", rest] =
    TRACEPARENT.exec(header ?? "") ?? [];
  // A later version may say more at its end; the first may not.
  if (version === undefined || version === "ff" || (version === "00" && rest !== undefined)) {
    return null;
  }
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export class TraceIds {
  readonly #ids = new AsyncLocalStorage<string>();

  /** That of the running code; `null` outside any trace. */
  get current(): string | null {
    return this.#ids.getStore() ?? null;
  }

  /** Runs `work`, and all that it starts, in the trace `id`. */
  run<T>(id: string, work: () => T): T {
    return this.#ids.run(id, work);
  }

  create(): string {
    // Of the same length and never all zeros, and Node keeps some in store.
    return randomUUID().replaceAll("-", "");
  }
}
