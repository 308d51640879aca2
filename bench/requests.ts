// Requests in great number, as bytes ready to be sent: each with an IV and a tag of its own, so that to the server all
// are new. They share a few AES keys, since wrapping one takes ten times as long as all the rest; the server unwraps
// each of them all the same.

import { createCipheriv, randomBytes } from "node:crypto";
import { createFlowTokens } from "../src/protocol/flow-token.ts";
import {
  encrypt,
  headersFor,
  type SignedRequest,
  spell,
  writeEnvelope,
} from "../test/helpers/phone.ts";
import type { ServerSecrets } from "./secrets.ts";
import { flow } from "./handlers/echo/contract.gen.ts";

const KEYS = 64;
const TOKEN_LIFE_SECONDS = 3 * 24 * 3600;

export type RequestMaker = {
  /** A `data_exchange` that shows its screen again. */
  readonly exchange: () => Buffer;
  /** Meta's health check. */
  readonly ping: () => Buffer;
  /** An exchange as anybody can make it who has the public key. */
  readonly unsigned: () => Buffer;
};

type Signed = Pick<SignedRequest, "body" | "headers">;

type Sender = {
  readonly flowToken: string;
  readonly aesKey: Buffer;
  readonly wrappedKey: Buffer;
};

export async function createRequestMaker(secrets: ServerSecrets): Promise<RequestMaker> {
  const senders = await Promise.all(Array.from({ length: KEYS }, () => createSender(secrets)));
  let made = 0;
  const seal = (clear: (sender: Sender) => object, appSecret: string): Buffer => {
    const sender = senders[made++ % KEYS];
    if (sender === undefined) throw new RangeError("there are no senders");
    const body = sealWith(sender, JSON.stringify(clear(sender)));
    return asHttp(flow.name, { body, headers: headersFor(body, appSecret) });
  };
  return {
    exchange: () => seal(chosen, secrets.appSecret),
    ping: () => seal(() => ({ version: "3.0", action: "ping" }), secrets.appSecret),
    unsigned: () => seal(chosen, "a guess"),
  };
}

function chosen({ flowToken }: Sender): object {
  return {
    version: "3.0",
    action: "data_exchange",
    screen: "CHOOSE",
    flow_token: flowToken,
    data: { trigger: "chosen", slot: "slot-1" },
  };
}

async function createSender(secrets: ServerSecrets): Promise<Sender> {
  const aesKey = randomBytes(16);
  const flowToken = createFlowTokens([secrets.flowTokenSecret]).mint({
    flow: flow.name,
    contractHash: flow.contractHash,
    expiresAtSeconds: Math.floor(Date.now() / 1000) + TOKEN_LIFE_SECONDS,
    id: randomBytes(16).toString("base64url"),
    claims: { contact: randomBytes(8).toString("hex") },
  });
  const { fields } = encrypt(secrets.publicKey, "{}", { aesKey });
  return { flowToken, aesKey, wrappedKey: fields.encrypted_aes_key };
}

function sealWith({ aesKey, wrappedKey }: Sender, clear: string): Buffer {
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-128-gcm", aesKey, iv);
  const sealed = [cipher.update(clear, "utf8"), cipher.final(), cipher.getAuthTag()];
  return writeEnvelope(
    spell({
      encrypted_flow_data: Buffer.concat(sealed),
      encrypted_aes_key: wrappedKey,
      initial_vector: iv,
    }),
  );
}

/** A request as the bytes of HTTP that ask a server's flow. */
export function asHttp(flowName: string, { body, headers }: Signed): Buffer {
  const lines = Object.entries({ host: "localhost", ...headers, "content-length": body.length });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.concat([Buffer.from(`POST /flows/${flowName} HTTP/1.1\r\n${head}\r\n`), body]);
}
