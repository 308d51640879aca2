// The pictures of a request. Each is fetched and decrypted while the user waits, so that one that cannot be used is said
// so at the field. What is kept of it is a fingerprint: the picture itself comes once more, with the completion.

import type { Media, MediaUpload } from "flowpoint";
import { type PictureType, pictureTypeOf } from "./picture-type.ts";

/** What tells a picture from others. */
export type Picture = {
  /** Hex. */
  readonly sha256: string;
  readonly type: PictureType;
  readonly bytes: number;
};

/** By `media_id`, as PhotoPicker shows errors. */
export type PictureErrors = Readonly<Record<string, string>>;

export type CheckedPictures =
  | { readonly kind: "valid"; readonly pictures: readonly Picture[] }
  | { readonly kind: "invalid"; readonly errors: PictureErrors };

/** PhotoPicker's own limit in flow.json, which a modified client need not keep. */
const MAX_BYTES = 5120 * 1024;

/** For all of them: short of the handler's deadline, so that there is time to say which did not arrive. */
const PATIENCE_MS = 7_000;

const NOT_READ = "This photo did not arrive";
const NO_PICTURE = "This is no photo";
const TOO_LARGE = "This photo is over 5 MB";

/**
 * Reads pictures one after the other, so that only one at a time is in memory.
 *
 * @param signal  aborts the whole request
 * @param failed  told of each upload that could not be read
 * @throws the signal's reason
 */
export async function checkPictures(
  media: Media,
  uploads: readonly MediaUpload[],
  signal: AbortSignal,
  failed: (error: unknown) => void,
): Promise<CheckedPictures> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const pictures = new Map<string, Picture>();
  const errors = new Map<string, string>();
  for (const upload of uploads) {
    try {
      const checked = await checkPicture(await media.fetch(upload, patience));
      if (typeof checked === "string") errors.set(upload.media_id, checked);
      else pictures.set(checked.sha256, checked);
    } catch (error) {
      signal.throwIfAborted();
      failed(error);
      errors.set(upload.media_id, NOT_READ);
    }
  }
  return errors.size > 0
    ? { kind: "invalid", errors: Object.fromEntries(errors) }
    : { kind: "valid", pictures: [...pictures.values()] };
}

/** The picture, or what is wrong with it. */
async function checkPicture(content: Buffer): Promise<Picture | string> {
  if (content.length > MAX_BYTES) return TOO_LARGE;
  const type = pictureTypeOf(content);
  if (type === null) return NO_PICTURE;
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(content));
  return { sha256: Buffer.from(digest).toString("hex"), type, bytes: content.length };
}
