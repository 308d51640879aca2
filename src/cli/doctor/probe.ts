// One request to the endpoint as Meta's servers would send it, and everything about the answer that a proxy could have
// changed. Redirects are not followed and compression is told, since nothing says that Meta does either.

import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { brotliDecompress, unzip } from "node:zlib";
import { openSigned, type TlsTrust } from "../../player/post-signed.ts";
import { type PublicKey, type SealedRequest, sealRequest } from "../simulate/phone-crypto.ts";

export type ProbeTarget = {
  /** Of one flow, `…/flows/<flow>`, or of the webhook. */
  readonly url: URL;
  readonly tls: TlsTrust;
  readonly elapsedMs: () => number;
};

export type ProbeRequest = {
  readonly clearText: string;
  readonly publicKey: PublicKey;
  readonly appSecret: string;
};

/** What came back, whatever was sent. */
export type PostAnswer = {
  readonly kind: "answer";
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Decompressed. */
  readonly body: string;
  readonly ms: number;
  /** When the certificate ends; `null` without TLS. */
  readonly certificateEnd: string | null;
};

export type ProbeAnswer = PostAnswer & { readonly openAnswer: SealedRequest["openAnswer"] };

/** No whole HTTP answer came. */
type NoAnswer = { readonly kind: "none"; readonly error: unknown };

export type ProbeResult = ProbeAnswer | NoAnswer;

/** Meta, "Error codes": the client gives up after 10 seconds. */
const LIMIT_MS = 10_000;
/** No answer of an endpoint is nearly as long; whatever goes on beyond that is something else. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Encrypts and sends one request of a flow. Never rejects over what the network does. */
export async function probe(
  target: ProbeTarget,
  { clearText, publicKey, appSecret }: ProbeRequest,
): Promise<ProbeResult> {
  const { body, openAnswer } = await sealRequest(clearText, publicKey);
  const result = await postProbe(target, Buffer.from(body), appSecret);
  return result.kind === "none" ? result : { ...result, openAnswer };
}

/** Sends one body, signed. Never rejects over what the network does. */
export async function postProbe(
  { url, tls, elapsedMs }: ProbeTarget,
  body: Buffer,
  appSecret: string,
): Promise<PostAnswer | NoAnswer> {
  const startedMs = elapsedMs();
  try {
    const response = await openSigned({
      url,
      body,
      appSecret,
      tls,
      limitMs: LIMIT_MS,
      headers: { "accept-encoding": "gzip, deflate, br", accept: "*/*" },
    });
    const certificateEnd = certificateEndOf(response);
    const bytes = await readBody(response);
    return {
      kind: "answer",
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: (await decompress(bytes, response.headers["content-encoding"])).toString(),
      ms: elapsedMs() - startedMs,
      certificateEnd,
    };
  } catch (error) {
    return { kind: "none", error };
  }
}

function certificateEndOf({ socket }: IncomingMessage): string | null {
  return socket instanceof TLSSocket ? socket.getPeerCertificate().valid_to : null;
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    // A response without a decoder gives buffers.
    const bytes = chunk as Buffer;
    length += bytes.length;
    chunks.push(bytes);
    if (length > MAX_BODY_BYTES) break;
  }
  return Buffer.concat(chunks);
}

async function decompress(bytes: Buffer, encoding: string | undefined): Promise<Buffer> {
  const options = { maxOutputLength: MAX_BODY_BYTES };
  const work =
    encoding === "br"
      ? promisify(brotliDecompress)(bytes, options)
      : encoding === "gzip" || encoding === "deflate"
        ? promisify(unzip)(bytes, options)
        : bytes;
  return work instanceof Promise ? work.catch(() => bytes) : work;
}
