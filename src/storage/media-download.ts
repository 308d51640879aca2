// Fetches uploads from Meta's CDN. The URL comes out of a request that a modified client can write as
// it likes, so this connects to public addresses of allowed hosts only, follows no redirect, unpacks
// nothing and stops at a size and a deadline. Decryption is src/protocol/media.ts.

import { lookup as systemLookup } from "node:dns/promises";
import { type IncomingMessage, request as httpRequest } from "node:http";
import { type RequestOptions, request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import type { ConnectionOptions } from "node:tls";

import { assertMediaUrl, MediaError, type MediaDownloader } from "../protocol/media.ts";
import { isPublicAddress } from "./public-address.ts";

export type ResolvedAddress = { readonly address: string; readonly family: number };

/** Where a stand-in for the CDN serves a file. */
export type StandInFile = { readonly url: URL; readonly tls: ConnectionOptions };

/** Tells where the file of a URL is that a stand-in gave out; `null` for every other URL. */
export type LocateStandIn = (url: string) => StandInFile | null;

export type MediaDownloaderOptions = {
  /** Longest file, encrypted: the picker's max-file-size-kb and 26 bytes of padding and MAC. */
  readonly maxBytes: number;
  /** For one download from the first packet to the last. */
  readonly deadlineMs: number;
  /** Default `.whatsapp.net`, the one domain Meta's documentation shows. */
  readonly allowedHostSuffixes?: readonly string[];
  /** Default: the system's resolver. */
  readonly resolveHost?: (host: string) => Promise<readonly ResolvedAddress[]>;
  /** Default: public addresses only. */
  readonly isAllowedAddress?: (ip: string) => boolean;
  /** Default 443. */
  readonly connectPort?: number;
  /** PEM of certificate authorities to trust instead of the well-known ones. */
  readonly ca?: string;
  /** Development only: the player's own uploads. Default: there is no stand-in. */
  readonly standIn?: LocateStandIn;
};

export function createMediaDownloader(options: MediaDownloaderOptions): MediaDownloader {
  const { maxBytes, deadlineMs, allowedHostSuffixes = [".whatsapp.net"] } = options;
  return {
    async download(url, signal) {
      const own = options.standIn?.(url) ?? null;
      const target = own === null ? assertMediaUrl(url, allowedHostSuffixes) : own.url;
      const deadline = AbortSignal.timeout(deadlineMs);
      try {
        const response = await get(
          target,
          AbortSignal.any([signal, deadline]),
          own === null ? checkedConnection(options) : own.tls,
        );
        return await readBody(response, maxBytes);
      } catch (error) {
        signal.throwIfAborted();
        if (deadline.aborted) {
          throw new MediaError("TOO_SLOW", `the upload did not arrive within ${deadlineMs} ms`);
        }
        if (error instanceof MediaError) throw error;
        throw new MediaError("FETCH_FAILED", "the upload could not be fetched", { cause: error });
      }
    },
  };
}

function get(url: URL, signal: AbortSignal, connection: RequestOptions): Promise<IncomingMessage> {
  const request = url.protocol === "http:" ? httpRequest : httpsRequest;
  return new Promise((resolve, reject) => {
    request(url, {
      ...connection,
      agent: false, // a kept-alive connection would skip the lookup, and with it the address check
      headers: { "accept-encoding": "identity" },
      signal,
    })
      .on("response", resolve)
      .on("error", reject)
      .end();
  });
}

function checkedConnection(options: MediaDownloaderOptions): RequestOptions {
  const { connectPort: port, ca } = options;
  return {
    ...(port === undefined ? {} : { port }),
    ...(ca === undefined ? {} : { ca }),
    lookup: checkedLookup(options),
  };
}

/**
 * Resolves a host for the connection that is about to be made, so that no second resolution can
 * answer differently. One address that is not allowed refuses the host.
 */
function checkedLookup(options: MediaDownloaderOptions): LookupFunction {
  const { isAllowedAddress = isPublicAddress } = options;
  const resolveHost = options.resolveHost ?? ((host) => systemLookup(host, { all: true }));
  return (host, { all }, callback) => {
    resolveHost(host).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined || !addresses.every(({ address }) => isAllowedAddress(address))) {
          callback(new MediaError("BAD_URL", "the upload's host is not on the Internet"), "");
        } else if (all === true) {
          callback(null, [...addresses]);
        } else {
          callback(null, first.address, first.family);
        }
      },
      (cause: unknown) => {
        const message = "the upload's host could not be resolved";
        callback(new MediaError("FETCH_FAILED", message, { cause }), "");
      },
    );
  };
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const { statusCode, headers } = response;
  if (statusCode !== 200) {
    response.destroy();
    throw new MediaError("FETCH_FAILED", `the upload's host answered with status ${statusCode}`);
  }
  if ((headers["content-encoding"] ?? "identity") !== "identity") {
    response.destroy();
    throw new MediaError("FETCH_FAILED", "the upload came with a content encoding");
  }
  if (Number(headers["content-length"] ?? 0) > maxBytes) {
    response.destroy();
    throw tooLarge(maxBytes);
  }
  const chunks: Buffer[] = [];
  let length = 0;
  // Leaving the loop early destroys the response.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

function tooLarge(maxBytes: number): MediaError {
  return new MediaError("TOO_LARGE", `the upload is over ${maxBytes} bytes`);
}
