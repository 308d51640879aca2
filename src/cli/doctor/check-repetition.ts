// Whether a ping that went well goes well again and again: a cache gives the answer to another request, a limit refuses,
// and of several servers behind one address some may lack what the others have.

import { type Diagnosis, failed, passed, warned } from "./diagnosis.ts";
import type { ProbeAnswer, ProbeResult } from "./probe.ts";

const CHECK = "repeated-ping";

/** Enough for each of a few servers to have its turn. */
export const REPETITIONS = 5;

/** By status, what differs between servers, or between the first request and those after it. */
const DIFFERENCES: Readonly<Record<number, readonly [what: string, remedy: string]>> = {
  404: ["one of several servers does not have the flow", "give all servers the same handlers"],
  421: ["one of several servers does not have the key", "give all servers the same keys"],
  429: ["something limits requests", "let the proxy pass /flows/ without a rate limit"],
  432: [
    "one of several servers has another app secret",
    "give all servers the same WHATSAPP_APP_SECRET",
  ],
};

/** The server's own refusal says when to come again; that of a proxy's limit does not. */
function isBusy(result: ProbeResult): boolean {
  return (
    result.kind === "answer" && result.status === 503 && result.headers["retry-after"] !== undefined
  );
}

/** @param first  answered 200 */
export function checkRepetition(first: ProbeAnswer, again: readonly ProbeResult[]): Diagnosis {
  const bad = again.filter((result) => result.kind === "none" || result.status !== 200);
  const [worst] = bad;
  if (worst !== undefined && bad.every(isBusy)) {
    return warned(
      CHECK,
      `${bad.length} of ${again.length} further pings were answered 503: the server has too much to do`,
      "see its metrics, add an instance",
    );
  }
  if (worst !== undefined) {
    const answered = worst.kind === "none" ? "not answered" : `answered ${worst.status}`;
    const [what, remedy] = (worst.kind === "answer" ? DIFFERENCES[worst.status] : undefined) ?? [
      "a rate limit, or one of several servers that is not well",
      "let the proxy pass /flows/ without a rate limit, and look at /readyz of each server",
    ];
    const count = `${bad.length} of ${again.length} further pings were ${answered}`;
    return failed(CHECK, `${count}: ${what}`, remedy);
  }
  // Each request has a key of its own, so no two answers are alike.
  const bodies = [first, ...again].flatMap((result) =>
    result.kind === "answer" ? [result.body] : [],
  );
  return new Set(bodies).size === bodies.length
    ? passed(CHECK, `${again.length} more are answered as well, each anew`)
    : failed(
        CHECK,
        "two requests got the same answer, which comes from a cache",
        "let nothing cache /flows/ (nginx: proxy_cache off)",
      );
}
