// What the page remembers of the files a user chose: a description for the chat's message, and a
// picture to show. Gone when the page is.

import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../flow-json/json-value.ts";

export type ChosenFile = {
  readonly mimeType: string;
  readonly sizeBytes: number;
  /** `null` for what is no picture. */
  readonly pictureUrl: string | null;
};

const chosen = new Map<string, ChosenFile>();

export function rememberFile(mediaId: string, file: ChosenFile): void {
  chosen.set(mediaId, file);
}

export function recallFile(mediaId: JsonValue | undefined): ChosenFile | null {
  return typeof mediaId === "string" ? (chosen.get(mediaId) ?? null) : null;
}

/**
 * The answers as the chat receives them: there a file is an id to fetch it by, no longer a place on
 * the CDN with its keys.
 *
 * @see Meta, "Media upload components"
 */
export function asChatParams(params: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      isJsonArray(value) ? value.map(asChatFile) : value,
    ]),
  );
}

function asChatFile(value: JsonValue): JsonValue {
  if (!isJsonObject(value) || !isJsonObject(value["encryption_metadata"])) return value;
  const { media_id: id = null, file_name = null, encryption_metadata: metadata } = value;
  return {
    file_name,
    mime_type: recallFile(id)?.mimeType ?? "application/octet-stream",
    sha256: metadata["plaintext_hash"] ?? null,
    id,
  };
}
