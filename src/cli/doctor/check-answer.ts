// Whether a ping's answer is the one that the server gives, byte for byte: one base64 string that the request's key
// opens, as plain text, uncompressed.

import { parseCanonicalBase64 } from "../../protocol/canonical-base64.ts";
import { type Diagnosis, failed, passed, warned } from "./diagnosis.ts";
import type { ProbeAnswer } from "./probe.ts";

const ACTIVE = '{"data":{"status":"active"}}';

export function checkSecret({ status }: ProbeAnswer): Diagnosis {
  const check = "app-secret";
  return status === 432
    ? failed(
        check,
        "the server refuses a good signature: it has another secret, or the body or its header X-Hub-Signature-256 was changed on the way",
        "compare WHATSAPP_APP_SECRET here, at the server and in the app dashboard; let no proxy touch body or header",
      )
    : passed(check, "the server accepts its signature");
}

export function checkServerKey({ status }: ProbeAnswer): Diagnosis {
  const check = "server-key";
  return status === 421
    ? failed(
        check,
        "the server cannot decrypt: it does not have the private key that is here",
        "give the server the same keys, or compare them with: flowpoint keys status",
      )
    : passed(check, "the server has the private key");
}

export function checkStatus({ status }: ProbeAnswer): Diagnosis {
  const check = "ping";
  return status === 200
    ? passed(check, "200, active")
    : failed(
        check,
        `answered ${status} instead of 200`,
        "see the logs of the proxy and the server",
      );
}

export async function checkBody({ body, headers, openAnswer }: ProbeAnswer): Promise<Diagnosis> {
  const check = "answer-body";
  const untouched = "pass answers on as they are: no filter, no charset, no wrapper";
  const type = headers["content-type"] ?? "";
  if (parseCanonicalBase64(body) === null || body === "") {
    return failed(check, `it is not one base64 string: ${describeDamage(body)}`, untouched);
  }
  const clear = await openAnswer(body).catch(() => null);
  if (clear === null) return failed(check, "it cannot be decrypted: it was changed", untouched);
  if (clear !== ACTIVE) {
    return failed(check, "it decrypts to something else than active", "update the server");
  }
  return isPlainText(type)
    ? passed(check, "base64 that decrypts, text/plain")
    : warned(check, "its content type is not the text/plain of the server", untouched);
}

function isPlainText(type: string): boolean {
  return /^text\/plain\s*(?:;\s*charset="?(?:utf-8|us-ascii)"?\s*)?$/i.test(type);
}

function describeDamage(body: string): string {
  if (body === "") return "it is empty";
  if (body.startsWith("\uFEFF")) return "a byte order mark comes first";
  if (/^["{]/.test(body)) return "it is wrapped in JSON";
  return body === body.trim() ? "characters were changed or lost" : "blanks were added";
}

export function checkCompression(answers: readonly ProbeAnswer[]): Diagnosis {
  const check = "compression";
  const encodings = answers
    .map(({ headers }) => headers["content-encoding"] ?? "identity")
    .filter((encoding) => encoding !== "identity");
  return encodings.length === 0
    ? passed(check, "none")
    : failed(
        check,
        "answers are compressed on the way; nothing says that Meta decompresses them",
        "switch it off for /flows/ (nginx: gzip off)",
      );
}

const SLOW_MS = 1_000;

/** Meta, "Endpoint monitoring": it warns when one request in ten takes longer than a second. */
export function checkTime(answers: readonly Pick<ProbeAnswer, "ms">[]): Diagnosis {
  const check = "response-time";
  const slowestMs = Math.round(Math.max(0, ...answers.map(({ ms }) => ms)));
  return slowestMs <= SLOW_MS
    ? passed(check, `a ping takes ${slowestMs} ms at most`)
    : warned(
        check,
        `a ping took ${slowestMs} ms; Meta warns over 1000 ms, and gives up after 10000`,
        "put the server nearer to its proxy, keep an instance warm, or give it more CPU",
      );
}
