// What kind of picture a file is, by its first bytes. An upload names no type, and its file name is whatever a phone made
// of it, so neither is asked.

export type PictureType = "image/jpeg" | "image/png" | "image/webp" | "image/heic";

/** `null` for anything that no phone's camera or gallery gives. */
export function pictureTypeOf(bytes: Uint8Array): PictureType | null {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return "image/jpeg";
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "image/png";
  if (textAt(bytes, 0, 4) === "RIFF" && textAt(bytes, 8, 12) === "WEBP") return "image/webp";
  if (textAt(bytes, 4, 8) === "ftyp" && HEIC_BRANDS.has(textAt(bytes, 8, 12))) return "image/heic";
  return null;
}

const HEIC_BRANDS: ReadonlySet<string> = new Set(["heic", "heix", "mif1"]);

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, at) => bytes[at] === byte);
}

function textAt(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.subarray(from, to)).toString("latin1");
}
