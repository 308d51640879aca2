// What CONTACT asks for, held to more than WhatsApp's own checks; what is wrong is said at the field. The same answers
// come back with the description, by way of the phone, so they are checked there again.

import { answer, type ScreenInput } from "flowpoint";
import { z } from "zod";
import { CATEGORIES, type Category, type Resolution } from "./categories.ts";
import type { flow } from "./contract.gen.ts";

export type ContactBy = ScreenInput<typeof flow, "CONTACT">["contact_by"];

export type Contact = {
  readonly resolution: Resolution;
  readonly name: string;
  readonly contact_by: ContactBy;
  /** Only where `contact_by` asks for it: digits, with a `+` where the user typed one. */
  readonly phone: string | null;
  /** Only where `contact_by` asks for it. */
  readonly email: string | null;
};

/** Field and message. WhatsApp shows about 30 characters of one. */
export type ContactErrors = Readonly<Partial<Record<keyof Contact, string>>>;

export type CheckedContact =
  | { readonly kind: "valid"; readonly contact: Contact }
  | { readonly kind: "invalid"; readonly errors: ContactErrors };

/** As it comes from CONTACT, or back from DETAILS. */
export type TypedContact = {
  readonly resolution: string;
  readonly name: string;
  readonly contact_by: string;
  readonly phone?: string | undefined;
  readonly email?: string | undefined;
};

/** A name ends in letters after its last dot, and no two dots meet: typing slips that a client lets through. */
const EMAIL_SLIP = /\.\.|\.@|@\.|\.[^.]?$/;

const NAME = answer.text({ maxLength: 80 }).regex(/\p{L}/u).trim();
/** E.164 allows 15 digits; the shortest numbers in use have 7. */
const PHONE = answer.phone({ maxLength: 80 }).pipe(z.string().regex(/^\+?\d{7,15}$/));
const EMAIL = answer.email({ maxLength: 80 }).refine((address) => !EMAIL_SLIP.test(address));

const CHANNELS = z.discriminatedUnion("contact_by", [
  z.object({ contact_by: z.literal("whatsapp") }),
  z.object({ contact_by: z.literal("phone"), phone: PHONE }),
  z.object({ contact_by: z.literal("email"), email: EMAIL }),
]);

const MESSAGES: Required<ContactErrors> = {
  resolution: "Please choose one of these",
  name: "Please type your name",
  contact_by: "Please choose one of these",
  phone: "Please type 7 to 15 digits",
  email: "Please check this address",
};

/** Of phone and email only the one that is asked for counts: the other may be left over from a change of mind. */
export function checkContact(category: Category, typed: TypedContact): CheckedContact {
  const resolution = CATEGORIES[category].resolutions.find(({ id }) => id === typed.resolution);
  const parsed = z.object({ name: NAME }).and(CHANNELS).safeParse(typed);
  if (resolution !== undefined && parsed.success) {
    return { kind: "valid", contact: { phone: null, email: null, ...parsed.data, resolution } };
  }
  const wrong = new Set(parsed.error?.issues.map(({ path }) => path[0]));
  if (resolution === undefined) wrong.add("resolution");
  const errors = Object.entries(MESSAGES).filter(([field]) => wrong.has(field));
  return { kind: "invalid", errors: Object.fromEntries(errors) };
}
