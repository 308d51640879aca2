// Sends what Meta's servers send, signed as they sign it: over HTTP, to a server like any other.

import { createHmac } from "node:crypto";
import { type ClientRequest, type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";
import type { ConnectionOptions } from "node:tls";

/** How a server is trusted over HTTPS, beside the usual authorities; empty for nothing more. */
export type TlsTrust = Pick<
  ConnectionOptions,
  "ca" | "allowPartialTrustChain" | "checkServerIdentity"
>;

export type SignedPost = {
  readonly url: URL;
  readonly body: Buffer;
  readonly appSecret: string;
  readonly tls: TlsTrust;
  /** From the first byte to the last. */
  readonly limitMs: number;
  /** `slow`: the body takes two seconds. Default: as fast as it goes. */
  readonly pace?: "slow";
  /** Beside those that Meta sends. */
  readonly headers?: Readonly<Record<string, string>>;
};

const SLOW_BODY_MS = 2_000;
const SLOW_PIECES = 8;

/**
 * By the certificate that a server shows, whoever signed it: it need not name the address that the server listens at, and
 * one that an authority signed is no authority itself.
 */
export function trustCertificate(cert: Buffer): TlsTrust {
  return { ca: cert, allowPartialTrustChain: true, checkServerIdentity: () => undefined };
}

/** @throws the connection's error, or a timeout's */
export async function postSigned(
  post: SignedPost,
): Promise<{ readonly status: number; readonly body: string }> {
  const response = await openSigned(post);
  return { status: response.statusCode ?? 0, body: await text(response) };
}

/** As `postSigned`, but resolves when the answer begins; the answer must be read or destroyed. */
export async function openSigned(post: SignedPost): Promise<IncomingMessage> {
  const { url, body, appSecret, tls, limitMs, pace, headers } = post;
  const answered = Promise.withResolvers<IncomingMessage>();
  // The connection may fail while the body is still being written; the last line here tells whoever asked.
  answered.promise.catch(() => {});
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  const request = send(
    url,
    {
      ...tls,
      method: "POST",
      // A connection of its own, which nothing else waits for.
      agent: false,
      signal: AbortSignal.timeout(limitMs),
      headers: {
        ...headers,
        "content-type": "application/json",
        "content-length": body.length,
        "x-hub-signature-256": `sha256=${createHmac("sha256", appSecret).update(body).digest("hex")}`,
      },
    },
    answered.resolve,
  );
  request.on("error", answered.reject);
  if (pace === "slow") await writeSlowly(request, body);
  else request.end(body);
  return answered.promise;
}

/** Gives up when the connection is lost. */
async function writeSlowly(target: ClientRequest, body: Buffer): Promise<void> {
  const pieceBytes = Math.ceil(body.length / SLOW_PIECES);
  for (let start = 0; start < body.length && !target.destroyed; start += pieceBytes) {
    target.write(body.subarray(start, start + pieceBytes));
    await new Promise((resolve) => setTimeout(resolve, SLOW_BODY_MS / SLOW_PIECES));
  }
  if (!target.destroyed) target.end();
}
