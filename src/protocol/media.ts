// Files that users upload with PhotoPicker and DocumentPicker: their description in a data exchange
// request, where they may be fetched from, and their decryption. Fetching is a port: no network here.

import { createDecipheriv, createHash, createHmac, timingSafeEqual } from "node:crypto";

import { parseCanonicalBase64 } from "./canonical-base64.ts";
import { MediaError } from "./media-error.ts";

export { MediaError, type MediaErrorCode } from "./media-error.ts";

/** Keys and hashes of one upload, decoded. */
export type MediaEncryption = {
  /** SHA-256 of the file as fetched. */
  readonly encryptedHash: Buffer;
  /** SHA-256 of the file as the user chose it. */
  readonly plaintextHash: Buffer;
  readonly encryptionKey: Buffer;
  readonly hmacKey: Buffer;
  readonly iv: Buffer;
};

export type MediaUpload = {
  readonly mediaId: string;
  /** As sent; see assertMediaUrl before fetching it. */
  readonly cdnUrl: string;
  /** Chosen by the user: never part of a path. */
  readonly fileName: string;
  readonly encryption: MediaEncryption;
};

export interface MediaDownloader {
  /**
   * Fetches a file as it lies on Meta's CDN, still encrypted.
   *
   * @throws MediaError `BAD_URL`, `FETCH_FAILED`, `TOO_SLOW` or `TOO_LARGE`
   * @throws the signal's reason when it is aborted
   */
  download(url: string, signal: AbortSignal): Promise<Buffer>;
}

const HASH_BYTES = 32;
const KEY_BYTES = 32;
const IV_BYTES = 16;
const MAC_BYTES = 10;

/**
 * Reads one item of a picker's value.
 *
 * @throws MediaError `BAD_DESCRIPTOR`
 * @see Meta, "Media upload components"
 */
export function parseMediaUpload(value: unknown): MediaUpload {
  const metadata = field(value, "encryption_metadata");
  return {
    mediaId: textField(value, "media_id"),
    cdnUrl: textField(value, "cdn_url"),
    fileName: textField(value, "file_name"),
    encryption: {
      encryptedHash: bytesField(metadata, "encrypted_hash", HASH_BYTES),
      plaintextHash: bytesField(metadata, "plaintext_hash", HASH_BYTES),
      encryptionKey: bytesField(metadata, "encryption_key", KEY_BYTES),
      hmacKey: bytesField(metadata, "hmac_key", KEY_BYTES),
      iv: bytesField(metadata, "iv", IV_BYTES),
    },
  };
}

/** Labels and single dots: a URL parser also takes `..example` for a host. */
const HOST_NAME = /^(?:[a-z0-9-]+\.)+[a-z]+$/;

/**
 * Checks that a URL leads to Meta's CDN: https, port 443, no user name, and a host below one of the
 * suffixes. The address that its host resolves to is for the downloader to check, when it connects.
 *
 * @param allowedHostSuffixes domains with a dot before them, such as `.whatsapp.net`; an IP address,
 *   ending in a digit or a bracket, is below none
 * @throws MediaError `BAD_URL`
 */
export function assertMediaUrl(url: string, allowedHostSuffixes: readonly string[]): URL {
  const parsed = URL.parse(url);
  if (parsed === null) throw new MediaError("BAD_URL", "the upload's URL is not a URL");
  // The parser has put the host in lower case, however it was written.
  const { protocol, port, username, password, hostname } = parsed;
  const isAllowedHost = allowedHostSuffixes.some(
    (suffix) => suffix.startsWith(".") && hostname.endsWith(suffix),
  );
  const isPlain = protocol === "https:" && port === "" && username === "" && password === "";
  if (!isPlain || !isAllowedHost || !HOST_NAME.test(hostname)) {
    throw new MediaError("BAD_URL", "the upload's URL does not lead to a host uploads are kept at");
  }
  return parsed;
}

/**
 * Decrypts a fetched file.
 *
 *     | ciphertext, AES-256-CBC with PKCS#7 padding | first 10 bytes of HMAC-SHA256(iv ‖ ciphertext) |
 *
 * @param file the bytes as fetched
 * @throws MediaError `FILE_HASH_MISMATCH`, `UNDECRYPTABLE` or `PLAINTEXT_HASH_MISMATCH`
 * @see Meta, "Media upload components"; it leaves the order of what is
 *   under the HMAC open, the IV goes first
 */
export function decryptMedia(file: Uint8Array, metadata: MediaEncryption): Buffer {
  const { encryptedHash, plaintextHash, encryptionKey, hmacKey, iv } = metadata;
  if (!timingSafeEqual(sha256(file), encryptedHash)) {
    throw new MediaError("FILE_HASH_MISMATCH", "the fetched file is not the one described");
  }
  if (file.length < MAC_BYTES) throw undecryptable();
  const ciphertext = file.subarray(0, -MAC_BYTES);
  const mac = createHmac("sha256", hmacKey).update(iv).update(ciphertext).digest();
  if (!timingSafeEqual(mac.subarray(0, MAC_BYTES), file.subarray(-MAC_BYTES))) {
    throw undecryptable();
  }
  const plaintext = decrypt(ciphertext, encryptionKey, iv);
  if (!timingSafeEqual(sha256(plaintext), plaintextHash)) {
    throw new MediaError("PLAINTEXT_HASH_MISMATCH", "the decrypted file is not the one described");
  }
  return plaintext;
}

function decrypt(ciphertext: Uint8Array, encryptionKey: Buffer, iv: Buffer): Buffer {
  const decipher = createDecipheriv("aes-256-cbc", encryptionKey, iv);
  const start = decipher.update(ciphertext);
  try {
    return Buffer.concat([start, decipher.final()]);
  } catch {
    // final() throws for nothing but wrong padding or an incomplete block, and neither may be told
    // from a wrong MAC.
    throw undecryptable();
  }
}

function undecryptable(): MediaError {
  return new MediaError("UNDECRYPTABLE", "the fetched file could not be decrypted");
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function bytesField(owner: unknown, name: string, length: number): Buffer {
  const bytes = parseCanonicalBase64(textField(owner, name));
  if (bytes?.length === length) return bytes;
  throw new MediaError("BAD_DESCRIPTOR", `an upload's ${name} is not base64 of ${length} bytes`);
}

function textField(owner: unknown, name: string): string {
  const value = field(owner, name);
  if (typeof value === "string" && value !== "") return value;
  throw new MediaError("BAD_DESCRIPTOR", `an upload has no ${name}, or not as text`);
}

function field(owner: unknown, name: string): unknown {
  if (typeof owner !== "object" || owner === null) return undefined;
  return Object.getOwnPropertyDescriptor(owner, name)?.value;
}
