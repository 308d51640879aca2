// The business public key of each phone number: what WhatsApp's clients encrypt with. Source: Meta, "Flows Encryption".

import { createHash, createPublicKey } from "node:crypto";
import { z } from "zod";
import type { GraphClient } from "./client.ts";
import { isMissing } from "./graph-error.ts";
import { readPages } from "./pages.ts";

/** What Meta holds for one number. */
export type PublishedKey = {
  /** SHA-256 of the SPKI DER in lower-case hex; `null` where Meta does not show the key, or it cannot be read. */
  readonly fingerprint: string | null;
  /** `VALID` or `MISMATCH`; `null` where Meta does not say. */
  readonly signatureStatus: string | null;
};

const KEY = z.object({
  business_public_key: z.string().optional(),
  business_public_key_signature_status: z.string().optional(),
});

/** The guide shows the object itself, the reference wraps it in a list. */
const KEY_ANSWER = z.union([z.object({ data: z.array(KEY) }), KEY]);

/** Replaces the number's key at once. Clients fetch the new one when they are answered 421. */
export async function uploadPublicKey(
  client: GraphClient,
  phoneNumberId: string,
  publicKeyPem: string,
  signal: AbortSignal,
): Promise<void> {
  await client.call(
    {
      method: "POST",
      path: [phoneNumberId, "whatsapp_business_encryption"],
      body: { kind: "form", fields: { business_public_key: publicKeyPem } },
      answer: z.object({ success: z.literal(true) }),
      operation: "take the public key",
      repeatable: true,
    },
    signal,
  );
}

/** @returns `null` where the number has no key */
export async function readPublicKey(
  client: GraphClient,
  phoneNumberId: string,
  signal: AbortSignal,
): Promise<PublishedKey | null> {
  const answer = await client.call(
    {
      method: "GET",
      path: [phoneNumberId, "whatsapp_business_encryption"],
      answer: KEY_ANSWER,
      operation: "show the number's public key",
      repeatable: true,
    },
    signal,
  );
  const key = "data" in answer ? answer.data[0] : answer;
  const { business_public_key: pem, business_public_key_signature_status: status } = key ?? {};
  if (pem === undefined && status === undefined) return null;
  return {
    fingerprint: pem === undefined ? null : fingerprintOf(pem),
    signatureStatus: status ?? null,
  };
}

function fingerprintOf(pem: string): string | null {
  try {
    const der = createPublicKey(pem).export({ type: "spki", format: "der" });
    return createHash("sha256").update(der).digest("hex");
  } catch {
    // Told as a key that is not ours, which it is.
    return null;
  }
}

/** @returns the number itself, digits only */
export async function readDisplayNumber(
  client: GraphClient,
  phoneNumberId: string,
  signal: AbortSignal,
): Promise<string> {
  const { display_phone_number } = await client.call(
    {
      method: "GET",
      path: [phoneNumberId],
      query: { fields: "display_phone_number" },
      answer: z.object({ display_phone_number: z.string() }),
      operation: "show the phone number",
      repeatable: true,
    },
    signal,
  );
  return display_phone_number.replaceAll(/\D/g, "");
}

export type PhoneNumber = {
  readonly id: string;
  readonly verifiedName: string;
};

/** All numbers of an account; the numbers themselves are not asked for. */
export function listPhoneNumbers(
  client: GraphClient,
  wabaId: string,
  signal: AbortSignal,
): AsyncGenerator<PhoneNumber> {
  return readPages(
    client,
    {
      path: [wabaId, "phone_numbers"],
      query: { fields: "id,verified_name" },
      item: PHONE_NUMBER,
      operation: "list the phone numbers of the account",
    },
    signal,
  );
}

const PHONE_NUMBER = z
  .object({ id: z.string(), verified_name: z.string().optional() })
  .transform((number) => ({ id: number.id, verifiedName: number.verified_name ?? "" }));

export type KeyVerdict =
  | "ours"
  /** Meta has a key of ours, but its own signature over it does not fit. */
  | "unsigned"
  /** Meta has a key that none of ours opens. */
  | "foreign"
  /** Meta calls its key good, and does not show it. */
  | "hidden"
  | "none";

/** Nothing is known to be wrong with it. */
export function isGoodKey(verdict: KeyVerdict): boolean {
  return verdict === "ours" || verdict === "hidden";
}

export type NumberKey = PhoneNumber & {
  readonly verdict: KeyVerdict;
  readonly fingerprint: string | null;
};

/** Compares what Meta holds for each number with our own keys. */
export async function compareKeys(
  client: GraphClient,
  wabaId: string,
  ownFingerprints: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<readonly NumberKey[]> {
  const compared: NumberKey[] = [];
  for await (const number of listPhoneNumbers(client, wabaId, signal)) {
    const key = await readPublicKey(client, number.id, signal).catch((error: unknown) => {
      if (isMissing(error)) return null;
      throw error;
    });
    compared.push({
      ...number,
      fingerprint: key?.fingerprint ?? null,
      verdict: judge(key, ownFingerprints),
    });
  }
  return compared;
}

/**
 * Uploads a key to one number, and reads it back.
 *
 * @param fingerprint  of the key
 * @returns what Meta holds then; anything but "ours" and "hidden" is a failure
 */
export async function replacePublicKey(
  client: GraphClient,
  phoneNumberId: string,
  { publicKeyPem, fingerprint }: { readonly publicKeyPem: string; readonly fingerprint: string },
  signal: AbortSignal,
): Promise<KeyVerdict> {
  await uploadPublicKey(client, phoneNumberId, publicKeyPem, signal);
  return judge(await readPublicKey(client, phoneNumberId, signal), new Set([fingerprint]));
}

function judge(key: PublishedKey | null, own: ReadonlySet<string>): KeyVerdict {
  if (key === null) return "none";
  if (key.fingerprint === null && key.signatureStatus === "VALID") return "hidden";
  if (key.fingerprint === null || !own.has(key.fingerprint)) return "foreign";
  return key.signatureStatus === "MISMATCH" ? "unsigned" : "ours";
}
