// Reads fields of JSON that strangers wrote, without throwing and without believing anything.

/** Read only by names that are written in the code: an own key `__proto__` is harmless then. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value if it is an object and no list, else `null`. */
export function objectOrNull(value: unknown): JsonObject | null {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  // An object from JSON has text keys only.
  return isObject ? (value as JsonObject) : null;
}

/**
 * The value if it is text that every database can hold, else `null`: not empty, at most `maxLength` UTF-16 units, no
 * NUL, no lone surrogate.
 */
export function plainTextOrNull(value: unknown, maxLength: number): string | null {
  const isPlain =
    typeof value === "string" &&
    value !== "" &&
    value.length <= maxLength &&
    !value.includes("\0") &&
    value.isWellFormed();
  return isPlain ? value : null;
}

/** The value if it is a finite number, else `null`. */
export function numberOrNull(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
