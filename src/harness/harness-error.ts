// What a test is told when its flow does not go the way it says: an act that nobody could do on the screen that is
// shown, a handler that failed, an answer that may not be sent. Messages say what there was instead; they may quote
// texts and option ids, for tests hold no user's secrets.

import type { PhoneErrorCode } from "../phone/phone-error.ts";
import type { FaultCode } from "../protocol/faults.ts";

export type HarnessErrorCode =
  /** The act cannot be done on what is shown. */
  | PhoneErrorCode
  /** The server would have answered with this fault, or with the fallback for it. */
  | FaultCode
  /** WhatsApp would show an error instead of this answer. */
  | "CLIENT_REFUSED"
  /** An opening or an example does not fit the screen's data model. */
  | "DATA_REFUSED"
  /** There are no answers to deliver: the flow was not completed on this phone. */
  | "NOT_COMPLETED"
  /** The handler has no such function. */
  | "NO_SUCH_MEMBER";

export class HarnessError extends Error {
  override readonly name = "HarnessError";
  readonly code: HarnessErrorCode;

  constructor(code: HarnessErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
