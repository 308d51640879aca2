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

export const postgresTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    TEXT_TYPES.includes(oid)
      ? (text: string) => text
      : format === "binary"
        ? (pg.types.getTypeParser(oid, "binary") as unknown)
        : (pg.types.getTypeParser(oid, "text") as unknown),
};

export const pgliteParsers: ParserOptions = {
  ...Object.fromEntries(TEXT_TYPES.map((oid) => [oid, (text: string) => text])),
  [builtins.BYTEA]: (text: string) => Buffer.from(text.slice("\\x".length), "hex"),
};

export const pgliteSerializers: SerializerOptions = {
  // PGlite's own writes byte by byte: seconds for a few megabytes, in which nothing else runs.
  [builtins.BYTEA]: (bytes: Uint8Array) => `\\x${Buffer.from(bytes).toString("hex")}`,
};
