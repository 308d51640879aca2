// Uploads for handlers: fetched from Meta's CDN, verified and decrypted.

import type { Media } from "../flows/services.ts";
import { decryptMedia, parseMediaUpload } from "../protocol/media.ts";
import { createMediaDownloader, type LocateStandIn } from "./media-download.ts";

/** The pickers' largest file, 25 MiB, and what encryption adds to it. */
const MAX_ENCRYPTED_BYTES = 25 * 1024 * 1024 + 26;
const DEADLINE_MS = 20_000;

/** @param standIn  development only: where files are that never were on Meta's CDN */
export function createMedia(standIn?: LocateStandIn): Media {
  const downloader = createMediaDownloader({
    maxBytes: MAX_ENCRYPTED_BYTES,
    deadlineMs: DEADLINE_MS,
    ...(standIn === undefined ? {} : { standIn }),
  });
  return {
    fetch: async (upload, signal) => {
      const { cdnUrl, encryption } = parseMediaUpload(upload);
      return decryptMedia(await downloader.download(cdnUrl, signal), encryption);
    },
  };
}
