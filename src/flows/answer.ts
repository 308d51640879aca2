// Schemas for what a user answers, one per kind of input, as WhatsApp clients really send the values: numbers as
// text or as numbers, an untouched OptIn as nothing, dates as `YYYY-MM-DD`. Each turns them into one clean value.
// `contract.gen.ts` is written in these words. They check form only; whether an answer makes sense is the handler's.
//
// A payload that reached the server need not have passed a client's own checks, so every bound is checked here again.
// Source: Meta, "Components" (Flow JSON reference) and "Media upload components".

import { z } from "zod";

/** Bounds in characters (code points); a pattern is tried only on text that is known to be short. */
type TextBounds = { readonly minLength?: number; readonly maxLength?: number };
type TextOptions =
  | TextBounds
  | { readonly minLength?: number; readonly maxLength: number; readonly pattern: string };

/** Bounds on how many there are. */
type CountBounds = { readonly min?: number; readonly max?: number };

type DateBounds = { readonly min?: string; readonly max?: string };
type RangeBounds = DateBounds & { readonly minDays?: number; readonly maxDays?: number };

const DAY_MS = 24 * 60 * 60 * 1000;

/** What a client sends for an input the user left alone. */
type Blank = "" | null | readonly never[];

type Ids = readonly [string, ...string[]];
type OneOf<I extends Ids> = z.ZodEnum<{ [Id in I[number]]: Id }>;

/** A date the calendar has. */
const calendarDate = z.iso.date();

/** An optional sign, thousands separators, decimals, an exponent: what the number keyboard lets through. */
const NUMERIC = /^[+-]?(?:(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** No stricter than a client, which knows only the ordinary form of an address. */
const EMAIL = /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/;

const uploadedMedia = z.object({
  media_id: z.string().min(1),
  cdn_url: z.url({ protocol: /^https$/ }),
  /** Chosen by the user: never a path. */
  file_name: z.string(),
  encryption_metadata: z.object({
    encrypted_hash: z.string(),
    iv: z.string(),
    encryption_key: z.string(),
    hmac_key: z.string(),
    plaintext_hash: z.string(),
  }),
});

/** A file as a data exchange brings it: still encrypted, on WhatsApp's CDN. */
export type UploadedMedia = z.output<typeof uploadedMedia>;

const receivedMediaItem = z.object({
  id: z.string().min(1),
  file_name: z.string(),
  mime_type: z.string(),
  sha256: z.string(),
});

/** A file as a completion brings it: an id to fetch from the Graph API. */
export type ReceivedMedia = z.output<typeof receivedMediaItem>;

/** Text that holds at least one character, and none that a database refuses. */
function text(options: TextOptions = {}) {
  const { minLength = 1, maxLength = Infinity } = options;
  const pattern = "pattern" in options ? new RegExp(options.pattern) : null;
  return z
    .string()
    .refine((value) => value.isWellFormed() && !value.includes("\0"), {
      abort: true,
      error: "holds characters that are no text",
    })
    .refine((value) => hasLength(value, Math.max(1, minLength), maxLength), {
      abort: true,
      error: "is too short or too long",
    })
    .refine((value) => pattern === null || pattern.test(value), {
      error: "does not match its pattern",
    });
}

/**
 * Whatever stands in a text field at the moment, complete or not: what a selection elsewhere on the screen sends
 * along before the client has checked anything. Nothing typed yet is `undefined`.
 */
function draft() {
  return optional(z.union([z.string(), z.number()]).transform(String));
}

function email(options: TextBounds = {}) {
  return text(options).regex(EMAIL);
}

/** Digits with an optional leading `+`; the separators that people type are taken out. */
function phone(options: TextBounds = {}) {
  return text(options)
    .regex(/^\+?[\d\s.()-]+$/)
    .transform((value) => value.replaceAll(/[^\d+]/g, ""))
    .pipe(z.string().regex(/\d/));
}

/** The bounds are on what is typed; a value that arrives as a number no longer shows how it was. */
function number(options: TextOptions = {}) {
  return z
    .union([z.number(), text(options).trim().regex(NUMERIC)])
    .transform((value) => (typeof value === "number" ? value : Number(value.replaceAll(",", ""))))
    .pipe(z.number());
}

/** Digits as text. One that arrives as a number has lost its leading zeros; they are put back up to `minLength`. */
function passcode(options: TextOptions = {}) {
  return z
    .union([z.string(), z.int().nonnegative()])
    .transform((value) =>
      typeof value === "number" ? String(value).padStart(options.minLength ?? 0, "0") : value,
    )
    .pipe(text(options).regex(/^\d+$/));
}

/** `YYYY-MM-DD`, a date that exists; `min` and `max` are included. */
function date({ min, max }: DateBounds = {}) {
  return calendarDate.refine(
    (value) => (min === undefined || value >= min) && (max === undefined || value <= max),
    { error: "is outside the dates offered" },
  );
}

/** The keys are Meta's. With `end: "optional"` a user may leave the range open. Its days are those between its ends. */
function dateRange(options: RangeBounds & { readonly end: "optional" }): z.ZodType<{
  "start-date": string;
  "end-date"?: string | undefined;
}>;
function dateRange(options?: RangeBounds): z.ZodType<{ "start-date": string; "end-date": string }>;
function dateRange(options: RangeBounds & { readonly end?: "optional" } = {}): z.ZodType {
  const { end, minDays = 0, maxDays = Infinity, ...bounds } = options;
  const day = date(bounds);
  return z
    .object({ "start-date": day, "end-date": end === undefined ? day : optional(day) })
    .refine(
      ({ "start-date": from, "end-date": to }) => {
        const days = to === undefined ? minDays : (Date.parse(to) - Date.parse(from)) / DAY_MS;
        return days >= minDays && days <= maxDays;
      },
      { error: "ends before it starts, or is too short or too long" },
    );
}

/** The id of the option chosen: one of `ids` where flow.json lists them. */
function choice(): z.ZodString;
function choice<const I extends Ids>(ids: I): OneOf<I>;
function choice(ids?: Ids): z.ZodType<string> {
  return ids === undefined ? z.string().min(1) : z.enum(ids);
}

/** The ids of the options chosen, each at most once. */
function choices(ids?: undefined, bounds?: CountBounds): z.ZodArray<z.ZodString>;
function choices<const I extends Ids>(ids: I, bounds?: CountBounds): z.ZodArray<OneOf<I>>;
function choices(ids?: Ids, bounds: CountBounds = {}): z.ZodType<string[]> {
  return counted(ids === undefined ? choice() : choice(ids), bounds).refine(
    (value) => new Set(value).size === value.length,
    { error: "names an option twice" },
  );
}

/** An OptIn. Clients send nothing, `null` or `false` for one that was never ticked. */
function consent(): z.ZodPipe<
  z.ZodOptional<z.ZodNullable<z.ZodBoolean>>,
  z.ZodTransform<boolean, boolean | null | undefined>
>;
function consent(options: { readonly required: true }): z.ZodLiteral<true>;
function consent(options?: { readonly required: true }): z.ZodType<boolean> {
  if (options !== undefined) return z.literal(true);
  return z
    .boolean()
    .nullish()
    .transform((value) => value ?? false);
}

function photos(bounds: CountBounds = {}) {
  return counted(uploadedMedia, bounds);
}

function documents(bounds: CountBounds = {}) {
  return counted(uploadedMedia, bounds);
}

/** What either picker's files have become once the flow is complete. */
function receivedMedia(bounds: CountBounds = {}) {
  return counted(receivedMediaItem, bounds);
}

/**
 * An answer that may be missing: an absent key, `null`, an empty text and an empty list all give `undefined`. Anything
 * else must be what `inner` takes.
 */
function optional<T extends z.ZodType>(
  inner: T,
): z.ZodOptional<z.ZodType<z.output<T> | undefined, z.input<T> | Blank | undefined>> {
  const schema = z.preprocess((value) => (isBlank(value) ? undefined : value), inner.optional());
  // `preprocess` types its input as unknown. What it lets through is `inner`'s input, and the blanks it takes out.
  return z.optional(schema) as z.ZodOptional<
    z.ZodType<z.output<T> | undefined, z.input<T> | Blank | undefined>
  >;
}

export const answer = {
  text,
  draft,
  email,
  phone,
  number,
  passcode,
  date,
  dateRange,
  choice,
  choices,
  consent,
  photos,
  documents,
  receivedMedia,
  optional,
};

function counted<T extends z.ZodType>(item: T, { min = 0, max }: CountBounds): z.ZodArray<T> {
  const list = z.array(item).min(min);
  return max === undefined ? list : list.max(max);
}

/** A string never has more code points than UTF-16 units, nor fewer than half as many: most are decided at once. */
function hasLength(value: string, min: number, max: number): boolean {
  if (value.length > max * 2) return false;
  const length = Array.from(value).length;
  return length >= min && length <= max;
}

function isBlank(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  // A date range that was opened and left is an object of blanks.
  if (typeof value === "object" && value !== null) return Object.values(value).every(isMissing);
  return isMissing(value);
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}
