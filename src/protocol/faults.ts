// Every way a request to the endpoint can end without its handler's answer: one table with the
// HTTP status Meta's client reacts to, how loud the log line is, and what an operator does about it.
// A refusal that the user is meant to read is an outcome, not a fault, and is not listed here.

/**
 * Fault code → HTTP status, log level and remedy.
 *
 * The statuses 421, 427 and 432 have a meaning to WhatsApp (refresh the public key, disable the
 * message's button, signature refused); every other one shows the client's generic error.
 *
 * @see Meta, "Error codes"
 */
export const FAULTS = {
  BAD_SIGNATURE: {
    status: 432,
    level: "warn",
    fix: "compare WHATSAPP_APP_SECRET with the dashboard of the app the flow is connected to",
  },
  UNKNOWN_FLOW: {
    status: 404,
    level: "warn",
    fix: "set the flow's endpoint_uri to a URL that `flowpoint flows list` prints",
  },
  ANSWER_NOT_HELD: {
    status: 409,
    level: "warn",
    fix: "none needed for a single one; the same bytes were answered before and may not be answered anew",
  },
  BAD_ENVELOPE: {
    status: 400,
    level: "warn",
    fix: "send the three encrypted fields as one JSON object",
  },
  UNDECRYPTABLE: {
    status: 421,
    level: "warn",
    fix: "upload the public key of a key that `flowpoint keys inspect` lists, for this phone number",
  },
  BAD_REQUEST: { status: 400, level: "warn", fix: "encrypt one JSON object in UTF-8" },
  UNKNOWN_ACTION: {
    status: 400,
    level: "warn",
    fix: "send INIT, data_exchange, BACK or ping, in exactly this case",
  },
  TOKEN_REFUSED: {
    status: 427,
    level: "info",
    fix: "send the flow message with a token of `flowpoint token mint`, or set the flow's tokens option",
  },
  TOKEN_EXPIRED: { status: 427, level: "info", fix: "send the user a new flow message" },
  TOKEN_OF_ANOTHER_FLOW: {
    status: 427,
    level: "warn",
    fix: "mint the token for the flow the message opens, and compare the flow's endpoint_uri",
  },
  CONTRACT_CHANGED: {
    status: 427,
    level: "info",
    fix: "send a new flow message; the old one was sent with an older flow.json",
  },
  UNKNOWN_SCREEN: {
    status: 400,
    level: "warn",
    fix: "compare the flow.json published at Meta with the one this server loaded",
  },
  INPUT_REFUSED: {
    status: 400,
    level: "warn",
    fix: "compare the payload in flow.json with the one published at Meta",
  },
  HANDLER_FAILED: { status: 500, level: "error", fix: "see the logged cause" },
  HANDLER_TOO_SLOW: {
    status: 500,
    level: "error",
    fix: "make the handler faster, or raise its deadlineMs",
  },
  OUTCOME_REFUSED: {
    status: 500,
    level: "error",
    fix: "make the handler's answer fit the screen and path named in the log",
  },
  OVERLOADED: { status: 503, level: "warn", fix: "add instances or processor cores" },
  RATE_LIMITED: {
    status: 503,
    level: "warn",
    fix: "raise RATE_LIMIT_PER_SECOND if the traffic is legitimate",
  },
} as const satisfies Record<
  string,
  {
    readonly status: number;
    readonly level: "info" | "warn" | "error";
    readonly fix: string;
  }
>;

export type FaultCode = keyof typeof FAULTS;

/**
 * The only error class the endpoint turns into a status of its own; anything else is a defect (500).
 *
 * The message is a lower-case sentence for the log. It never holds a value taken from a request.
 */
export class EndpointError extends Error {
  override readonly name = "EndpointError";
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string, options?: ErrorOptions) {
    // Anybody can cause one as often as they please, a stack is a sixth of what that costs, and the code says more.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message, options);
    Error.stackTraceLimit = stackTraceLimit;
    this.code = code;
  }
}
