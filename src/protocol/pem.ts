// Finds PEM blocks in text that has been through environment variables, YAML, Windows editors and
// secret managers, and writes them again the way OpenSSL wants them. It decodes nothing.

export type PemBlock = {
  /** What stands after BEGIN, such as `RSA PRIVATE KEY`. */
  readonly label: string;
  /** Whether it has the header of OpenSSL's own encryption, which predates PKCS#8. */
  readonly isLegacyEncrypted: boolean;
  /** The block alone, in lines of 64 characters. */
  readonly text: string;
};

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----/gs;

/** Finds all complete blocks, whatever surrounds them; `\n` may be spelled with a backslash. */
export function parsePem(text: string): readonly PemBlock[] {
  const lines = text.replaceAll("\\r", "").replaceAll("\\n", "\n");
  return [...lines.matchAll(BLOCK)].map(([, label = "", body = ""]) => parseBlock(label, body));
}

export function encodePem(label: string, der: Uint8Array): string {
  return pemText(label, [], Buffer.from(der).toString("base64"));
}

function parseBlock(label: string, body: string): PemBlock {
  const lines = body.split("\n").map((line) => line.trim());
  const headers = lines.filter((line) => line.includes(":"));
  const base64 = lines.filter((line) => !line.includes(":")).join("");
  return {
    label,
    isLegacyEncrypted: headers.some((line) => /^Proc-Type:.*ENCRYPTED/.test(line)),
    text: pemText(label, headers, base64.replaceAll(/\s/g, "")),
  };
}

function pemText(label: string, headers: readonly string[], base64: string): string {
  const head = headers.length === 0 ? [] : [...headers, ""];
  const body = base64.match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...head, ...body, `-----END ${label}-----`, ""].join("\n");
}
