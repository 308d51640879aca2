// Seals what a user was shown before it leaves this process, so that whoever reads Redis, or its file, reads nothing.
// Every flow token has a key of its own, derived from the secret that signs tokens; random nonces under one key thus
// never come to a number that matters.
//
//     | nonce (12 bytes) | ciphertext (n bytes) | GCM tag (16 bytes) |

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PURPOSE = "flowpoint last data";

/** @param place  where it is kept, which is sealed with it: nothing opens anywhere else */
export function sealText(text: string, secret: string, tokenKey: string, place: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, deriveKey(secret, tokenKey), nonce, {
    authTagLength: TAG_BYTES,
  });
  cipher.setAAD(Buffer.from(place));
  const ciphertext = [cipher.update(text, "utf8"), cipher.final()];
  return Buffer.concat([nonce, ...ciphertext, cipher.getAuthTag()]);
}

/** @returns `null` for what none of the secrets opens, at this place */
export function openText(
  sealed: Buffer,
  secrets: readonly string[],
  tokenKey: string,
  place: string,
): string | null {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return null;
  for (const secret of secrets) {
    const key = deriveKey(secret, tokenKey);
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const text = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
    try {
      return Buffer.concat([text, decipher.final()]).toString("utf8");
    } catch {
      // The tag does not fit: it was sealed under another of the secrets, or is not ours at all.
    }
  }
  return null;
}

function deriveKey(secret: string, tokenKey: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, tokenKey, PURPOSE, KEY_BYTES));
}
