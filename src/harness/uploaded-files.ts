// Files that a phone of a test picks: encrypted as WhatsApp encrypts them, kept in memory where the CDN would be, and
// handed to `media.fetch` from there. Descriptions are parsed, addresses checked and bytes decrypted by the server's own
// code, so a description that a test tampers with fails as it would there.
// Source: Meta, "Media upload components".

import { createCipheriv, createHash, createHmac, randomBytes, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { MediaSource } from "../completions/ports.ts";
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../flow-json/json-value.ts";
import type { Media } from "../flows/services.ts";
import { assertMediaUrl, decryptMedia, MediaError, parseMediaUpload } from "../protocol/media.ts";

export type PickedFile = {
  /** As the user's device calls it. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** MIME type, which only the completion carries; default `application/octet-stream`. */
  readonly type?: string;
};

export interface UploadedFiles {
  /** @returns what a data exchange says of the file */
  upload(file: PickedFile): JsonObject;
  readonly media: Media;
  /** Where the server fetches the files of a completion from. */
  readonly source: MediaSource;
  /** What a completion says instead, wherever `params` hold uploads. */
  asReceived(params: JsonObject): JsonObject;
}

const CDN_DOMAIN = ".whatsapp.net";

export function createUploadedFiles(): UploadedFiles {
  const encryptedByUrl = new Map<string, Buffer>();
  const filesById = new Map<JsonValue | undefined, PickedFile>();
  return {
    upload(file) {
      const mediaId = randomUUID();
      const url = `https://mmg${CDN_DOMAIN}/v/t62.7118-24/${mediaId}.enc`;
      const { encrypted, metadata } = encrypt(file.bytes);
      encryptedByUrl.set(url, encrypted);
      filesById.set(mediaId, file);
      return {
        media_id: mediaId,
        cdn_url: url,
        file_name: file.name,
        encryption_metadata: metadata,
      };
    },

    media: {
      async fetch(upload, signal) {
        signal.throwIfAborted();
        const { cdnUrl, encryption } = parseMediaUpload(upload);
        const { href } = assertMediaUrl(cdnUrl, [CDN_DOMAIN]);
        const encrypted = encryptedByUrl.get(href);
        if (encrypted === undefined) {
          throw new MediaError("FETCH_FAILED", "no phone of this test picked the file");
        }
        return decryptMedia(encrypted, encryption);
      },
    },

    source: {
      async open(mediaId, signal) {
        signal.throwIfAborted();
        const file = filesById.get(mediaId);
        if (file === undefined) {
          throw new MediaError("FETCH_FAILED", "no phone of this test picked the file");
        }
        return Readable.from([file.bytes]);
      },
    },

    asReceived: (params) =>
      Object.fromEntries(
        Object.entries(params).map(([name, value]) => [
          name,
          isJsonArray(value) ? value.map((item) => receivedOf(item) ?? item) : value,
        ]),
      ),
  };

  function receivedOf(item: JsonValue): JsonObject | undefined {
    const mediaId = isJsonObject(item) ? item["media_id"] : undefined;
    const file = filesById.get(mediaId);
    if (mediaId === undefined || file === undefined) return undefined;
    return {
      id: mediaId,
      file_name: file.name,
      mime_type: file.type ?? "application/octet-stream",
      sha256: sha256(file.bytes),
    };
  }
}

function encrypt(bytes: Uint8Array) {
  const encryptionKey = randomBytes(32);
  const hmacKey = randomBytes(32);
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-cbc", encryptionKey, iv);
  const ciphertext = Buffer.concat([cipher.update(bytes), cipher.final()]);
  const mac = createHmac("sha256", hmacKey).update(iv).update(ciphertext).digest();
  const encrypted = Buffer.concat([ciphertext, mac.subarray(0, 10)]);
  return {
    encrypted,
    metadata: {
      encrypted_hash: sha256(encrypted),
      iv: iv.toString("base64"),
      encryption_key: encryptionKey.toString("base64"),
      hmac_key: hmacKey.toString("base64"),
      plaintext_hash: sha256(bytes),
    },
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}
