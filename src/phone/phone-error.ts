// What a person holding the phone could not have done: filled a field that is not shown, chosen an
// option that is not offered, pressed a disabled button. A mistake of whoever drives the phone,
// never of the flow or its endpoint.

export type PhoneErrorCode =
  | "NOT_SHOWING"
  | "NO_SUCH_SCREEN"
  | "NO_SUCH_COMPONENT"
  | "DISABLED"
  | "WRONG_VALUE";

export class PhoneError extends Error {
  override readonly name = "PhoneError";
  readonly code: PhoneErrorCode;

  constructor(code: PhoneErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
