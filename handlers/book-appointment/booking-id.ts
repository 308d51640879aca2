// The name of a booking: short enough to be read out at a branch, and not to be guessed from another.

/** Without 0, O, 1 and I, which people mistake for one another. 32 characters, so that a byte picks evenly. */
const CHARACTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/** 50 random bits; the database refuses the one that comes twice. */
export function createBookingId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  return Array.from(bytes, (byte) => CHARACTERS[byte % CHARACTERS.length]).join("");
}
