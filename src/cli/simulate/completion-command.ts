// The command that brings a completed flow's answers to a development server, as Meta's webhook does after a real one.

import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../flow-json/json-value.ts";

export type CompletedFlow = {
  readonly flow: string;
  readonly flowToken: string;
  /** What the chat received. */
  readonly params: JsonObject;
  /** The server's base URL; `null` for where the settings have it listen. */
  readonly url: string | null;
};

/** In one line, for a POSIX shell in the checkout. */
export function completionCommand({ flow, flowToken, params, url }: CompletedFlow): string {
  const { flow_token: _, ...answers } = params;
  const response = JSON.stringify(asReceived(answers));
  return [
    `npm run -s flowpoint -- trigger completion ${flow}`,
    ...(url === null ? [] : [`--url ${quoted(url)}`]),
    `--token ${quoted(flowToken)}`,
    `--response ${quoted(response)}`,
  ].join(" ");
}

/**
 * In the chat a file is an id to fetch it by, no longer a place on the CDN with its keys.
 *
 * @see Meta, "Media upload components"
 */
function asReceived(answers: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(answers).map(([name, value]) => [
      name,
      isJsonArray(value) ? value.map(receivedFile) : value,
    ]),
  );
}

function receivedFile(item: JsonValue): JsonValue {
  if (!isJsonObject(item) || !isJsonObject(item["encryption_metadata"])) return item;
  const { media_id: id = null, file_name = null, encryption_metadata: metadata } = item;
  const sha256 = metadata["plaintext_hash"] ?? null;
  return { id, file_name, mime_type: "application/octet-stream", sha256 };
}

function quoted(text: string): string {
  return /^[\w.:/@=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
