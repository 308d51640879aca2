// Whom a quote is for, held to more than WhatsApp's own checks; what is wrong is said at the field.

import { answer } from "flowpoint";
import { z } from "zod";

/** A name ends in letters after its last dot, and no two dots meet: typing slips that a client lets through. */
const EMAIL_SLIP = /\.\.|\.@|@\.|\.[^.]?$/;

const CUSTOMER = z.object({
  company: answer
    .text({ maxLength: 80 })
    .regex(/[\p{L}\p{N}]/u)
    .trim(),
  email: answer.email({ maxLength: 80 }).refine((address) => !EMAIL_SLIP.test(address)),
});

export type Customer = z.output<typeof CUSTOMER>;

/** Field and message. WhatsApp shows about 30 characters of one. */
export type CustomerErrors = { readonly [Field in keyof Customer]?: string };

const MESSAGES: Required<CustomerErrors> = {
  company: "Please type a name",
  email: "Please check this address",
};

export type CheckedCustomer =
  | { readonly kind: "valid"; readonly customer: Customer }
  | { readonly kind: "invalid"; readonly errors: CustomerErrors };

export function checkCustomer(typed: Customer): CheckedCustomer {
  const parsed = CUSTOMER.safeParse(typed);
  if (parsed.success) return { kind: "valid", customer: parsed.data };
  const { fieldErrors } = z.flattenError(parsed.error);
  const errors = Object.entries(MESSAGES).filter(([field]) => field in fieldErrors);
  return { kind: "invalid", errors: Object.fromEntries(errors) };
}
