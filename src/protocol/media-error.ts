// Why a file that a user uploaded in a flow cannot be had. Handlers see these codes; the messages
// name what is wrong and never the URL, the file's name or a key.

export type MediaErrorCode =
  /** What the client sent does not describe an upload. */
  | "BAD_DESCRIPTOR"
  /** The URL leads somewhere uploads are not kept. */
  | "BAD_URL"
  | "FETCH_FAILED"
  | "TOO_SLOW"
  | "TOO_LARGE"
  /** The fetched file is not the one described. */
  | "FILE_HASH_MISMATCH"
  /** Wrong keys or a file changed by someone without them; one code for all such causes. */
  | "UNDECRYPTABLE"
  /** Decrypted, but not the file the user chose. */
  | "PLAINTEXT_HASH_MISMATCH";

export class MediaError extends Error {
  override readonly name = "MediaError";
  readonly code: MediaErrorCode;

  constructor(code: MediaErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
