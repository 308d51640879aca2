// What JSON text can hold, and the few questions the Flow JSON code asks of such a value.
// Nothing here knows Flow JSON.

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

export type JsonObject = { readonly [key: string]: JsonValue };

/** Object keys and array indexes from the root down to one value. The root is `[]`. */
export type JsonPath = readonly (string | number)[];

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `Array.isArray` does not narrow a readonly array out of a union; this does. */
export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/**
 * A path as Meta's semantic rules spell it: `screens[0].layout.children[3].on-click-action`.
 * The root is the empty string.
 */
export function formatPath(path: JsonPath): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
}
