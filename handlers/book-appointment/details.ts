// What users tell about themselves, held to more than WhatsApp's own checks; what is wrong is said at the field.
// The same details come back with the confirmation, by way of the phone, so they are checked there again.

import { answer } from "flowpoint";
import { z } from "zod";

/** A name ends in letters after its last dot, and no two dots meet: typing slips that a client lets through. */
const EMAIL_SLIP = /\.\.|\.@|@\.|\.[^.]?$/;

/** E.164 allows 15; the shortest numbers in use have 7. */
const PHONE_DIGITS = /^\+?\d{7,15}$/;

const DETAILS = z.object({
  name: answer.text({ maxLength: 80 }).regex(/\p{L}/u).trim(),
  email: answer.email({ maxLength: 80 }).refine((address) => !EMAIL_SLIP.test(address)),
  phone: answer.phone({ maxLength: 80 }).pipe(z.string().regex(PHONE_DIGITS)),
  more_details: answer.optional(answer.text({ maxLength: 600 })).transform((text) => text ?? ""),
});

export type Details = z.output<typeof DETAILS>;

/** Field and message. WhatsApp shows about 30 characters of one. */
export type FieldErrors = { readonly [Field in keyof Details]?: string };

const MESSAGES: Required<FieldErrors> = {
  name: "Please type your name",
  email: "Please check this address",
  phone: "Please type 7 to 15 digits",
  more_details: "At most 600 characters",
};

export type CheckedDetails =
  | { readonly kind: "valid"; readonly details: Details }
  | { readonly kind: "invalid"; readonly errors: FieldErrors };

export function checkDetails(typed: {
  readonly [Field in keyof Details]?: unknown;
}): CheckedDetails {
  const parsed = DETAILS.safeParse(typed);
  if (parsed.success) return { kind: "valid", details: parsed.data };
  const { fieldErrors } = z.flattenError(parsed.error);
  const errors = Object.entries(MESSAGES).filter(([field]) => field in fieldErrors);
  return { kind: "invalid", errors: Object.fromEntries(errors) };
}
