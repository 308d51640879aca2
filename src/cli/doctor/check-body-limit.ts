// Whether a request as long as Meta's longest gets through: 1 MB in clear, a third more when encrypted.

import { type Diagnosis, failed, passed } from "./diagnosis.ts";
import type { ProbeResult } from "./probe.ts";

const CLEAR_BYTES = 1_000_000;
const CHECK = "body-limit";
const REMEDY = "let requests to /flows/ have 2 MiB (nginx: client_max_body_size 4m)";

/** Blanks after a JSON value mean nothing. */
export function padToLongest(clearText: string): string {
  return clearText.padEnd(CLEAR_BYTES);
}

export function checkBodyLimit(result: ProbeResult): Diagnosis {
  // A proxy may close the connection while the body is still being sent.
  if (result.kind === "none") {
    return failed(CHECK, "a request of 1.3 MB got no answer", REMEDY);
  }
  switch (result.status) {
    case 200:
      return passed(CHECK, "1.3 MB get through");
    case 413:
      return failed(CHECK, "answered 413 to 1.3 MB", REMEDY);
    default:
      return failed(CHECK, `answered ${result.status} to 1.3 MB, and 200 to less`, REMEDY);
  }
}
