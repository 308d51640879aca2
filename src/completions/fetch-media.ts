// Files that came with a completion: its answers hold only Meta's ids, good for seven days. They are fetched before
// `completed` runs, which does not wait for ever: after some attempts it runs without them.
//
// File names are the user's and stay in the answers; a stored file is named by its place among them.
// Source: Meta, "Media upload components" and "Media" (Cloud API).

import { createHash } from "node:crypto";
import { z } from "zod";
import type { ReceivedMedia } from "../flows/answer.ts";
import type { CompletionFile } from "../flows/call.ts";
import type { Log } from "../flows/services.ts";
import type { JsonObject } from "../protocol/json-object.ts";
import { MediaError, type MediaErrorCode } from "../protocol/media-error.ts";
import type { Answers } from "./answers.ts";
import type { Attempt, MediaSource, MediaStore, StoredCompletion } from "./ports.ts";

export type FetchMediaDependencies = {
  readonly source: MediaSource;
  readonly store: MediaStore;
  readonly log: Log;
};

/**
 * Rejects when a file could not be had this time and may be the next.
 *
 * @returns the files that are there
 */
export type FetchMedia = (
  completion: Pick<StoredCompletion, "id" | "attempts">,
  answers: Answers,
  attempt: Attempt,
) => Promise<readonly CompletionFile[]>;

/** Meta lets a completion carry ten files. */
const MAX_FILES = 10;
/** Of all files of a completion together. */
const MAX_BYTES = 100 * 1024 * 1024;
/** For all files, in one attempt. */
const LIMIT_MS = 60_000;
/** Failed attempts after which `completed` runs without what is missing: about five minutes after the first. */
const MAX_ATTEMPTS = 7;

/** Asking again would give the same answer. */
const FINAL: ReadonlySet<MediaErrorCode> = new Set(["BAD_URL", "TOO_LARGE", "FILE_HASH_MISMATCH"]);

const FILES = z.array(
  z.object({
    id: z.string().regex(/^[\w-]{1,128}$/),
    file_name: z.string(),
    mime_type: z.string(),
    sha256: z.string(),
  }),
);

export function createFetchMedia({ source, store, log }: FetchMediaDependencies): FetchMedia {
  return async ({ id, attempts }, { response }, attempt) => {
    const files = response === null ? [] : mediaIn(response);
    if (files.length === 0) return [];
    const fetched: CompletionFile[] = [];
    const signal = AbortSignal.any([attempt.signal, AbortSignal.timeout(LIMIT_MS)]);
    let bytesLeft = MAX_BYTES;
    for (const [place, file] of files.entries()) {
      const name = String(place);
      try {
        if ((await store.sizeOf(id, name)) === null) {
          const content = await source.open(file.id, signal);
          await store.write(id, name, checked(content, file.sha256, bytesLeft));
        }
        const bytes = (await store.sizeOf(id, name)) ?? 0;
        bytesLeft -= bytes;
        fetched.push({
          id: file.id,
          fileName: file.file_name,
          mimeType: file.mime_type,
          bytes,
          open: () => store.open(id, name),
        });
      } catch (err) {
        const isFinal = err instanceof MediaError && FINAL.has(err.code);
        if (!isFinal && attempts < MAX_ATTEMPTS) throw err;
        log.warn({ err, completion: id, place }, "a file of a completion is done without");
      }
    }
    return fetched;
  };
}

/** The files that answers name, in their order. */
export function mediaIn(response: JsonObject): readonly ReceivedMedia[] {
  return Object.values(response)
    .flatMap((value) => FILES.safeParse(value).data ?? [])
    .slice(0, MAX_FILES);
}

/** @throws MediaError at the end of a file that is not the one described, or in the middle of one that is too long */
async function* checked(
  content: AsyncIterable<Uint8Array>,
  sha256: string,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  let length = 0;
  for await (const chunk of content) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new MediaError("TOO_LARGE", `the files of a completion are over ${MAX_BYTES} bytes`);
    }
    hash.update(chunk);
    yield chunk;
  }
  const digest = hash.digest();
  // Meta writes it in either way.
  if (sha256.toLowerCase() !== digest.toString("hex") && sha256 !== digest.toString("base64")) {
    throw new MediaError("FILE_HASH_MISMATCH", "the fetched file is not the one described");
  }
}
