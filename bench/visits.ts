// What people do in the `echo` flow, encrypted and signed before the clock starts. Every request has an AES key and an
// IV of its own, as from a real phone, so that no two are alike; the four of one visit share its flow token.

import { randomBytes } from "node:crypto";
import { createFlowTokens } from "../src/protocol/flow-token.ts";
import { createPhone, type Phone, type SignedRequest } from "../test/helpers/phone.ts";
import { flow } from "./handlers/echo/contract.gen.ts";
import type { ServerSecrets } from "./secrets.ts";

/** The requests of one person, in their order. */
export type Visit = readonly SignedRequest[];

/** How a visit ends: with the form sent, or with the phone put away, which leaves its last screen remembered. */
export type Ending = "submits" | "leaves";

/** Requests in one visit. */
export const VISIT_LENGTH = 4;

const TOKEN_LIFE_SECONDS = 3 * 24 * 3600;

/** Makes visits to one server; a request takes some 0.1 ms to make. */
export type VisitMaker = (count: number, ending: Ending) => Promise<readonly Visit[]>;

export function createVisitMaker(secrets: ServerSecrets): VisitMaker {
  const phone = createPhone(secrets.publicKey, secrets.appSecret);
  const tokens = createFlowTokens([secrets.flowTokenSecret]);
  const mint = async (): Promise<string> =>
    tokens.mint({
      flow: flow.name,
      contractHash: flow.contractHash,
      expiresAtSeconds: Math.floor(Date.now() / 1000) + TOKEN_LIFE_SECONDS,
      id: randomBytes(16).toString("base64url"),
      claims: { contact: randomBytes(8).toString("hex") },
    });
  return async (count, ending) => {
    const visits: Visit[] = [];
    for (let i = 0; i < count; i += 1) visits.push(createVisit(phone, await mint(), ending));
    return visits;
  };
}

function createVisit(phone: Phone, flowToken: string, ending: Ending): Visit {
  const exchange = (data: object): SignedRequest =>
    phone.request({
      version: "3.0",
      action: "data_exchange",
      screen: "CHOOSE",
      flow_token: flowToken,
      data,
    });
  return [
    phone.request({ version: "3.0", action: "INIT", flow_token: flowToken }),
    exchange({ trigger: "chosen", slot: "slot-1" }),
    exchange({ trigger: "chosen", slot: "slot-2" }),
    ending === "leaves"
      ? exchange({ trigger: "chosen", slot: "slot-3" })
      : exchange({ trigger: "submitted", slot: "slot-2", note: "Second bell, please." }),
  ];
}
