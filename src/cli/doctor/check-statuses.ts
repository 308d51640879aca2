// Whether the statuses that mean something to WhatsApp arrive as the server gave them: 432, 421 and 427 are unusual, and
// proxies replace what they do not know, or add a page of their own.

import { type Diagnosis, failed, passed, warned } from "./diagnosis.ts";
import type { ProbeAnswer, ProbeResult } from "./probe.ts";

const KEEP = "pass statuses on as they are, with no error page (nginx: proxy_intercept_errors off)";

type Expected = {
  readonly check: string;
  readonly status: number;
  readonly meaning: string;
};

export const WRONG_SIGNATURE: Expected = {
  check: "wrong-signature",
  status: 432,
  meaning: "a wrong signature",
};

export const WRONG_KEY: Expected = {
  check: "wrong-key",
  status: 421,
  meaning: "a key that is not the server's",
};

/** Both have no body. */
export function checkRefusal(result: ProbeResult, expected: Expected): Diagnosis {
  const { check, status, meaning } = expected;
  if (result.kind === "none") return noAnswer(check);
  if (result.status !== status) return replaced(result, expected);
  return result.body === ""
    ? passed(check, `${status} for ${meaning}`)
    : warned(check, `${status} for ${meaning}, with a body that is not the server's`, KEEP);
}

/** An expired message is told in words, which only the phone can read. */
export async function checkExpiry(result: ProbeResult): Promise<Diagnosis> {
  const expected = { check: "expired-token", status: 427, meaning: "a token that is not good" };
  if (result.kind === "none") return noAnswer(expected.check);
  if (result.status !== 427) return replaced(result, expected);
  const clear = await result.openAnswer(result.body).catch(() => null);
  return clear === null
    ? failed(expected.check, "427, but its body was changed and cannot be decrypted", KEEP)
    : passed(expected.check, `427 for ${expected.meaning}`);
}

function replaced({ status: answered }: ProbeAnswer, expected: Expected): Diagnosis {
  const { check, status, meaning } = expected;
  return answered === 429
    ? warned(check, "answered 429: too many bad requests from here", "try again in a minute")
    : failed(check, `answered ${answered} instead of ${status} for ${meaning}`, KEEP);
}

function noAnswer(check: string): Diagnosis {
  return failed(check, "the connection ended without an answer", KEEP);
}
