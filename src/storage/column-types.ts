// One JavaScript type per Postgres type, whichever database is behind: what the two drivers would parse differently, or
// into the server's own time zone, arrives as Postgres writes it.

import type { ParserOptions, SerializerOptions } from "@electric-sql/pglite";
import pg from "pg";

const { builtins } = pg.types;

/** Types that arrive as Postgres' own text: exact numbers, and times without a zone. */
const TEXT_TYPES: readonly number[] = [
  builtins.INT8,
  builtins.NUMERIC,
  builtins.DATE,
  builtins.TIME,
  builtins.TIMETZ,
  builtins.TIMESTAMP,
  builtins.INTERVAL,
];

/** Arrays of those, in the same order; pg has no names for array types. */
const ARRAYS_OF_TEXT_TYPES: ReadonlySet<number> = new Set([
  1016, 1231, 1182, 1183, 1270, 1115, 1187,
]);
const TEXT_ARRAY = 1009;

export const postgresTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    TEXT_TYPES.includes(oid)
      ? (text: string) => text
      : format === "binary"
        ? (pg.types.getTypeParser(oid, "binary") as unknown)
        : (pg.types.getTypeParser(elementsAsText(oid), "text") as unknown),
};

/** The type whose parser leaves an array's elements as Postgres writes them, where that is wanted. */
function elementsAsText(oid: number): number {
  return ARRAYS_OF_TEXT_TYPES.has(oid) ? TEXT_ARRAY : oid;
}

export const pgliteParsers: ParserOptions = {
  ...Object.fromEntries(TEXT_TYPES.map((oid) => [oid, (text: string) => text])),
  [builtins.BYTEA]: (text: string) => Buffer.from(text.slice("\\x".length), "hex"),
};

export const pgliteSerializers: SerializerOptions = {
  // PGlite's own writes byte by byte: seconds for a few megabytes, in which nothing else runs.
  [builtins.BYTEA]: (bytes: Uint8Array) => `\\x${Buffer.from(bytes).toString("hex")}`,
};
