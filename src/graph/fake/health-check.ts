// Meta's health check of an endpoint before a flow is published: a ping, encrypted for the public key that was uploaded
// and signed with the app's secret. The cryptography is its own, so that a server is held to the protocol rather than to
// itself. It calls this machine only: the address of another may be anybody's.
//
// Source: Meta, "Implementing Endpoint for Flows" and "Flow Health and Monitoring".

import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHmac,
  publicEncrypt,
  randomBytes,
} from "node:crypto";
import type { ConnectionOptions } from "node:tls";
import { Agent, request } from "undici";
import { isLoopback } from "../loopback.ts";

type TlsTrust = Pick<ConnectionOptions, "ca" | "allowPartialTrustChain" | "checkServerIdentity">;

export type HealthCheckParts = {
  /** `null` where there is none. Asked at each check: a server may make one up after the stand-in has started. */
  readonly findAppSecret: () => Promise<string | null>;
  /** Beside the usual authorities. */
  readonly tls: TlsTrust;
  /** Told in one line what was asked and what came of it, which Meta keeps to itself. */
  readonly report: (line: string) => void;
};

/** Resolves with whether a flow with this endpoint may be published; never rejects over what the network does. */
export type HealthCheck = (endpointUri: string, publicKeyPem: string) => Promise<boolean>;

const PING = JSON.stringify({ version: "3.0", action: "ping" });
const ACTIVE = JSON.stringify({ data: { status: "active" } });

/** Meta, "Error codes": an endpoint has ten seconds. */
const LIMIT_MS = 10_000;

export function createHealthCheck({ findAppSecret, tls, report }: HealthCheckParts): HealthCheck {
  return async (endpointUri, publicKeyPem) => {
    const { hostname, host } = new URL(endpointUri);
    if (!isLoopback(hostname)) {
      report(`health check: not made, since ${host} is not this machine; publishing goes on`);
      return true;
    }
    const appSecret = await findAppSecret();
    if (appSecret === null) {
      report("health check: not made, for want of WHATSAPP_APP_SECRET; publishing goes on");
      return true;
    }
    const fault = await findFault(endpointUri, sealPing(publicKeyPem), appSecret, tls);
    report(`health check: ${endpointUri} ${fault ?? "is active"}`);
    return fault === null;
  };
}

type SealedPing = {
  readonly body: Buffer;
  /** @throws Error for what is not encrypted as it must be */
  readonly openAnswer: (text: string) => string;
};

async function findFault(
  endpointUri: string,
  { body, openAnswer }: SealedPing,
  appSecret: string,
  tls: TlsTrust,
): Promise<string | null> {
  const signature = createHmac("sha256", appSecret).update(body).digest("hex");
  const dispatcher = new Agent({ connect: tls });
  try {
    const { statusCode, body: answer } = await request(endpointUri, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-hub-signature-256": `sha256=${signature}`,
      },
      body,
      dispatcher,
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const text = await answer.text();
    if (statusCode !== 200) return `answers ${statusCode}${STATUS_MEANINGS[statusCode] ?? ""}`;
    return openAnswer(text) === ACTIVE ? null : "answers something else than active";
  } catch (error) {
    return describeFailure(error);
  } finally {
    await dispatcher.destroy();
  }
}

const STATUS_MEANINGS: Readonly<Record<number, string>> = {
  404: ": it knows no such flow",
  421: ": it does not have the private key of the public key that was uploaded",
  432: ": it has another app secret than the one here",
};

function describeFailure(error: unknown): string {
  if (error instanceof UnreadableAnswer) return "answers what is not encrypted as it must be";
  const code = error instanceof Error && "code" in error ? String(error.code) : "no answer";
  return `cannot be asked (${code})`;
}

class UnreadableAnswer extends Error {
  override readonly name = "UnreadableAnswer";
}

function sealPing(publicKeyPem: string): SealedPing {
  const aesKey = randomBytes(16);
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-128-gcm", aesKey, iv);
  const flowData = Buffer.concat([cipher.update(PING), cipher.final(), cipher.getAuthTag()]);
  const wrappedKey = publicEncrypt(
    { key: publicKeyPem, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" },
    aesKey,
  );
  const envelope = {
    encrypted_flow_data: flowData.toString("base64"),
    encrypted_aes_key: wrappedKey.toString("base64"),
    initial_vector: iv.toString("base64"),
  };
  return {
    body: Buffer.from(JSON.stringify(envelope)),
    openAnswer: (text) => decryptAnswer(text, aesKey, iv),
  };
}

/** The request's key; the IV with every bit inverted. */
function decryptAnswer(text: string, aesKey: Buffer, iv: Buffer): string {
  const bytes = Buffer.from(text, "base64");
  const inverted = iv.map((byte) => byte ^ 0xff);
  try {
    if (bytes.toString("base64") !== text) throw new UnreadableAnswer();
    const decipher = createDecipheriv("aes-128-gcm", aesKey, inverted, { authTagLength: 16 });
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString();
  } catch (cause) {
    throw new UnreadableAnswer("an answer to the health check cannot be read", { cause });
  }
}
