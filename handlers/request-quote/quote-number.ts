// The name of a quote: short enough to be read out on the phone, and not to be guessed from another.

/** Without 0, O, 1 and I, which people mistake for one another. 32 characters, so that a byte picks evenly. */
const CHARACTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/** `Q-7KQ2-M9XH`: 40 random bits; the database refuses the one that comes twice. */
export function createQuoteNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  const text = Array.from(bytes, (byte) => CHARACTERS[byte % CHARACTERS.length]).join("");
  return `Q-${text.slice(0, 4)}-${text.slice(4)}`;
}
