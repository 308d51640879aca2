// What a column's value is in JavaScript: the same on both databases, and nothing that rounds or shifts it.

import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeOnBoth, type OpenedDatabase } from "./open-database.ts";

type Row = { readonly type: string; readonly literal: string; readonly value: unknown };

const ROWS: readonly Row[] = [
  { type: "int4", literal: "2147483647", value: 2_147_483_647 },
  { type: "int8", literal: "9223372036854775807", value: "9223372036854775807" },
  { type: "numeric", literal: "12345678901234567890.12", value: "12345678901234567890.12" },
  { type: "float8", literal: "0.1", value: 0.1 },
  { type: "boolean", literal: "true", value: true },
  { type: "text", literal: "'Olá 👋'", value: "Olá 👋" },
  {
    type: "uuid",
    literal: "'2f1e7a2c-0000-4000-8000-000000000001'",
    value: "2f1e7a2c-0000-4000-8000-000000000001",
  },
  { type: "date", literal: "'2026-03-29'", value: "2026-03-29" },
  { type: "time", literal: "'02:30:00'", value: "02:30:00" },
  { type: "timestamp", literal: "'2026-03-29 02:30:00.5'", value: "2026-03-29 02:30:00.5" },
  {
    type: "timestamptz",
    literal: "'2026-03-29T02:30:00.5Z'",
    value: new Date("2026-03-29T02:30:00.500Z"),
  },
  { type: "interval", literal: "'1 day 02:00:00'", value: "1 day 02:00:00" },
  { type: "bytea", literal: String.raw`'\x00ff10'`, value: Buffer.from([0, 255, 16]) },
  { type: "jsonb", literal: `'{"a": [1, "é"]}'`, value: { a: [1, "é"] } },
  { type: "json", literal: "'null'", value: null },
  { type: "text[]", literal: `array['a', 'b c', null]`, value: ["a", "b c", null] },
  { type: "int8[]", literal: "array[9223372036854775807]", value: ["9223372036854775807"] },
  { type: "date[]", literal: "array['2026-03-29'::date]", value: ["2026-03-29"] },
  { type: "numeric[]", literal: "array[0.10, null]", value: ["0.10", null] },
  { type: "time[]", literal: "array['02:30'::time]", value: ["02:30:00"] },
  {
    type: "timestamp[]",
    literal: "array['2026-03-29 02:30'::timestamp]",
    value: ["2026-03-29 02:30:00"],
  },
  { type: "interval[]", literal: "array['1 day'::interval]", value: ["1 day"] },
  {
    type: "timestamptz[]",
    literal: "array['2026-03-29T02:30:00Z'::timestamptz]",
    value: [new Date("2026-03-29T02:30:00Z")],
  },
  { type: "jsonb[]", literal: `array['{"a": 1}'::jsonb]`, value: [{ a: 1 }] },
  { type: "int8[][]", literal: "array[array[1], array[2]]", value: [["1"], ["2"]] },
];

describeOnBoth("column types", (open) => {
  let opened: OpenedDatabase;

  beforeAll(async () => {
    opened = await open();
  });

  afterAll(() => opened.stop());

  it.each(ROWS)("$type", async ({ type, literal, value }) => {
    const { rows } = await sql<{ value: unknown }>`
      select ${sql.raw(literal)}::${sql.raw(type)} as value, null::${sql.raw(type)} as nothing
    `.execute(opened.database.root);

    expect(rows).toEqual([{ value, nothing: null }]);
  });

  it("bytes go in as they come out", async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

    const { rows } = await sql<{ value: Buffer }>`select ${bytes}::bytea as value`.execute(
      opened.database.root,
    );

    expect(rows[0]?.value.equals(bytes)).toBe(true);
  });

  it("counts are text, since they are int8", async () => {
    const { rows } = await sql`select count(*) as rows from (values (1), (2)) as v`.execute(
      opened.database.root,
    );

    expect(rows).toEqual([{ rows: "2" }]);
  });
});
