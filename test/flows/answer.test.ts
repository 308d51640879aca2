import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { answer } from "../../src/flows/answer.ts";

const REFUSED = Symbol("refused");

function read(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : REFUSED;
}

const upload = {
  media_id: "790aba14-5f4a-4dbd-b9e5-c4d4b3c5a1f6",
  cdn_url: "https://mmg.whatsapp.net/v/t62",
  file_name: "IMG_1.jpg",
  encryption_metadata: {
    encrypted_hash: "a",
    iv: "b",
    encryption_key: "c",
    hmac_key: "d",
    plaintext_hash: "e",
  },
};
const received = { id: "1", file_name: "a.pdf", mime_type: "application/pdf", sha256: "x" };

describe("answer", () => {
  it.each<[string, z.ZodType, unknown, unknown]>([
    ["text as it is", answer.text(), " Ada ", " Ada "],
    ["text of the least length", answer.text({ minLength: 2 }), "ab", "ab"],
    ["text of the greatest length", answer.text({ maxLength: 2 }), "ab", "ab"],
    ["characters, not UTF-16 units", answer.text({ maxLength: 2 }), "👍👍", "👍👍"],
    ["text of its pattern", answer.text({ maxLength: 9, pattern: "^\\d+$" }), "12", "12"],
    ["an unfinished text", answer.draft(), "ada@", "ada@"],
    ["an unfinished number", answer.draft(), 12, "12"],
    ["a text field nobody has touched", answer.draft(), null, undefined],
    ["an address", answer.email(), "ada@example.org", "ada@example.org"],
    ["a phone number without its separators", answer.phone(), "+1 (555) 010-99.1", "+1555010991"],
    ["a number", answer.number(), 4.5, 4.5],
    ["a number as text", answer.number(), "-4.5", -4.5],
    ["a number with separators", answer.number(), "1,234,567.8", 1234567.8],
    ["a number with an exponent", answer.number(), "1e3", 1000],
    [
      "a number of as many characters",
      answer.number({ minLength: 4, maxLength: 5 }),
      "1,234",
      1234,
    ],
    ["a number that shows no characters", answer.number({ minLength: 4, maxLength: 5 }), 7, 7],
    ["a number of a form", answer.number({ maxLength: 4, pattern: "^[1-9]" }), "42", 42],
    ["a passcode of a form", answer.passcode({ maxLength: 4, pattern: "^9" }), "9001", "9001"],
    ["a passcode as text", answer.passcode(), "0042", "0042"],
    ["a passcode that came as a number", answer.passcode({ minLength: 4 }), 42, "0042"],
    ["a date", answer.date(), "2028-02-29", "2028-02-29"],
    ["the first date offered", answer.date({ min: "2026-01-01" }), "2026-01-01", "2026-01-01"],
    [
      "a range of dates",
      answer.dateRange(),
      { "start-date": "2026-01-01", "end-date": "2026-01-02" },
      { "start-date": "2026-01-01", "end-date": "2026-01-02" },
    ],
    [
      "a range that stays open",
      answer.dateRange({ end: "optional" }),
      { "start-date": "2026-01-01", "end-date": "" },
      { "start-date": "2026-01-01", "end-date": undefined },
    ],
    [
      "a range of just so many days",
      answer.dateRange({ min: "2026-01-01", max: "2026-01-04", minDays: 3, maxDays: 3 }),
      { "start-date": "2026-01-01", "end-date": "2026-01-04" },
      { "start-date": "2026-01-01", "end-date": "2026-01-04" },
    ],
    [
      "a range that may stay open, between dates",
      answer.dateRange({ end: "optional", min: "2026-01-01", minDays: 3 }),
      { "start-date": "2026-01-01" },
      { "start-date": "2026-01-01", "end-date": undefined },
    ],
    ["an id", answer.choice(), "a", "a"],
    ["a listed id", answer.choice(["a", "b"]), "b", "b"],
    ["ids", answer.choices(), ["a", "b"], ["a", "b"]],
    ["no ids where none are asked for", answer.choices(["a"]), [], []],
    ["consent", answer.consent(), true, true],
    ["no consent", answer.consent(), false, false],
    ["an opt-in nobody has touched", answer.consent(), null, false],
    ["an opt-in that is not there", answer.consent(), undefined, false],
    ["the consent that is required", answer.consent({ required: true }), true, true],
    ["photos", answer.photos({ min: 1 }), [upload], [upload]],
    ["documents", answer.documents({ max: 1 }), [upload], [upload]],
    ["media of a completion", answer.receivedMedia(), [received], [received]],
  ])("takes %s", (_name, schema, value, expected) => {
    expect(read(schema, value)).toEqual(expected);
  });

  it.each<[string, z.ZodType, unknown]>([
    ["no text", answer.text(), ""],
    ["text that is missing", answer.text(), undefined],
    ["a number for text", answer.text(), 5],
    ["text that is too short", answer.text({ minLength: 3 }), "ab"],
    ["text that is too long", answer.text({ maxLength: 2 }), "abc"],
    ["text that a database refuses", answer.text(), "a\0b"],
    ["half a character", answer.text(), "\ud83d"],
    ["text outside its pattern", answer.text({ maxLength: 9, pattern: "^\\d+$" }), "12a"],
    ["no address", answer.email(), "ada@example"],
    ["a long address", answer.email({ maxLength: 9 }), "ada@example.org"],
    ["letters for a phone number", answer.phone(), "+1 555 CALL"],
    ["separators only", answer.phone(), "---"],
    ["letters for a number", answer.number(), "12a"],
    ["no number", answer.number(), ""],
    ["a number beyond all", answer.number(), "1e999"],
    ["misplaced separators", answer.number(), "1,23"],
    ["a number with too few characters", answer.number({ minLength: 3 }), "12"],
    ["a number with too many characters", answer.number({ maxLength: 3 }), "1,234"],
    ["a number of another form", answer.number({ maxLength: 4, pattern: "^[1-9]" }), "042"],
    ["a passcode of another form", answer.passcode({ maxLength: 4, pattern: "^9" }), "8001"],
    ["letters for a passcode", answer.passcode(), "12a4"],
    ["a short passcode", answer.passcode({ minLength: 4 }), "123"],
    ["a date that does not exist", answer.date(), "2026-02-31"],
    ["a timestamp", answer.date(), "1767225600000"],
    ["a date before the first", answer.date({ min: "2026-01-02" }), "2026-01-01"],
    ["a date after the last", answer.date({ max: "2026-01-02" }), "2026-01-03"],
    [
      "a range that ends before it starts",
      answer.dateRange(),
      { "start-date": "2026-01-02", "end-date": "2026-01-01" },
    ],
    [
      "a range that begins before the first date",
      answer.dateRange({ min: "2026-01-02" }),
      { "start-date": "2026-01-01", "end-date": "2026-01-03" },
    ],
    [
      "a range that ends after the last date",
      answer.dateRange({ end: "optional", max: "2026-01-02" }),
      { "start-date": "2026-01-01", "end-date": "2026-01-03" },
    ],
    [
      "a range that is too short",
      answer.dateRange({ minDays: 3 }),
      { "start-date": "2026-01-01", "end-date": "2026-01-03" },
    ],
    [
      "a range that is too long",
      answer.dateRange({ maxDays: 1 }),
      { "start-date": "2026-01-01", "end-date": "2026-01-03" },
    ],
    ["a range without its end", answer.dateRange(), { "start-date": "2026-01-02" }],
    ["an id that is not listed", answer.choice(["a", "b"]), "c"],
    ["no id", answer.choice(), ""],
    ["too few ids", answer.choices(undefined, { min: 1 }), []],
    ["too many ids", answer.choices(["a", "b"], { max: 1 }), ["a", "b"]],
    ["an id twice", answer.choices(), ["a", "a"]],
    ["text for consent", answer.consent(), "true"],
    ["refusal of what is required", answer.consent({ required: true }), false],
    ["too few photos", answer.photos({ min: 1 }), []],
    ["a photo from an insecure place", answer.photos(), [{ ...upload, cdn_url: "http://x.net" }]],
    ["a photo without its keys", answer.photos(), [{ ...upload, encryption_metadata: {} }]],
    ["media of a completion in a request", answer.documents(), [received]],
  ])("refuses %s", (_name, schema, value) => {
    expect(read(schema, value)).toBe(REFUSED);
  });

  it("does not try a pattern on text of unknown length", () => {
    const schema = answer.text({ maxLength: 20, pattern: "^(a+)+$" });

    expect(schema.safeParse(`${"a".repeat(100_000)}!`).error?.issues).toHaveLength(1);
  });
});

describe("answer.optional", () => {
  it.each([undefined, null, "", []].map((value) => [value]))("takes %j for no answer", (value) => {
    expect(read(answer.optional(answer.choices(["a"], { min: 1 })), value)).toBeUndefined();
    expect(read(answer.optional(answer.email()), value)).toBeUndefined();
  });

  it("takes a range of blanks for no answer", () => {
    const range = answer.optional(answer.dateRange());

    expect(read(range, {})).toBeUndefined();
    expect(read(range, { "start-date": "", "end-date": null })).toBeUndefined();
  });

  it("holds an answer that is given to its form", () => {
    expect(read(answer.optional(answer.email()), "a@b.org")).toBe("a@b.org");
    expect(read(answer.optional(answer.email()), "a@b")).toBe(REFUSED);
  });
});

describe("an input made of answers", () => {
  const input = z.discriminatedUnion("trigger", [
    z.strictObject({
      trigger: z.literal("selected"),
      department: answer.choice(["eye", "ear"]),
      note: answer.draft(),
    }),
    z.strictObject({
      trigger: z.literal("submitted"),
      rating: answer.number(),
      agreed: answer.consent(),
      mail: answer.optional(answer.email()),
    }),
  ]);

  it("need not hold the keys of answers that may be missing", () => {
    expect(read(input, { trigger: "selected", department: "eye" })).toEqual({
      trigger: "selected",
      department: "eye",
    });
    expect(read(input, { trigger: "submitted", rating: "5" })).toEqual({
      trigger: "submitted",
      rating: 5,
      agreed: false,
    });
  });

  it("refuses keys that flow.json does not send", () => {
    expect(read(input, { trigger: "selected", department: "eye", extra: 1 })).toBe(REFUSED);
  });

  it("has clean types, and on the way in the types that clients send", () => {
    expectTypeOf<z.output<typeof input>>().toEqualTypeOf<
      | { trigger: "selected"; department: "eye" | "ear"; note?: string | undefined }
      | { trigger: "submitted"; rating: number; agreed: boolean; mail?: string | undefined }
    >();
    expectTypeOf<{ trigger: "submitted"; rating: string; agreed: null }>().toExtend<
      z.input<typeof input>
    >();
  });
});
