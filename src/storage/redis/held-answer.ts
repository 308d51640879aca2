// What stands in Redis for a request: that somebody is answering it, or the answer.
//
//     claim <uuid> <flow>
//     answer <status> <flow> <base64>

import type { ExchangeAnswer } from "../../endpoint/ports.ts";

export type Held =
  | { readonly kind: "claim"; readonly flow: string }
  | { readonly kind: "answer"; readonly flow: string; readonly answer: ExchangeAnswer };

const CLAIM = /^claim [\w-]+ ([a-z0-9-]+)$/;
/** Everything before the answer's own text, which may be a megabyte. */
const ANSWER_HEAD = /^answer (\d{3}) ([a-z0-9-]+) /;

export function encodeClaim(id: string, flow: string): string {
  return `claim ${id} ${flow}`;
}

export function encodeAnswer(flow: string, { status, body }: ExchangeAnswer): string {
  return `answer ${status} ${flow} ${body}`;
}

/** @throws TypeError for what this server has not written */
export function parseHeld(text: unknown): Held {
  if (typeof text === "string") {
    const [head, status, answeredFlow] = ANSWER_HEAD.exec(text) ?? [];
    if (head !== undefined && answeredFlow !== undefined) {
      const answer = { status: Number(status), body: text.slice(head.length) };
      return { kind: "answer", flow: answeredFlow, answer };
    }
    const claimedFlow = CLAIM.exec(text)?.[1];
    if (claimedFlow !== undefined) return { kind: "claim", flow: claimedFlow };
  }
  throw new TypeError("a key in Redis that begins with flowpoint:answer: was not written here");
}
