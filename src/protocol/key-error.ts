// Why a file or setting yields no usable private key. Raised while keys are loaded, never while
// requests are served; the message names the source and one remedy, never anything of its content.

export type KeyErrorCode =
  | "PASSPHRASE_MISSING"
  | "PASSPHRASE_WRONG"
  /** Readable, but what it holds is public: a loader of whole folders may pass over it. */
  | "NOT_A_PRIVATE_KEY"
  | "UNREADABLE"
  | "WRONG_TYPE"
  | "WRONG_SIZE"
  | "WRONG_EXPONENT"
  | "SELF_TEST_FAILED";

export class KeyError extends Error {
  override readonly name = "KeyError";
  readonly code: KeyErrorCode;

  constructor(code: KeyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
