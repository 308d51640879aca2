// Errors as the Graph API words them. Source: Meta, "Error codes" (Flows; Cloud API) and "Handling errors".

export type FakeAnswer = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Thrown by what the stand-in does for a request; becomes its answer. */
export class FakeError extends Error {
  override readonly name = "FakeError";
  readonly answer: FakeAnswer;
  constructor(answer: FakeAnswer) {
    super("an error of the Graph API");
    this.answer = answer;
  }
}

export type ErrorParts = {
  readonly status?: number;
  readonly code: number;
  readonly subcode?: number;
  readonly message: string;
  readonly title?: string;
  readonly userMessage?: string;
  readonly details?: string;
  readonly isTransient?: boolean;
};

export function encodeError(parts: ErrorParts): FakeAnswer {
  const { status = 400, code, subcode, message, title, userMessage, details } = parts;
  return {
    status,
    body: {
      error: {
        message,
        type:
          code === 190 || code === 200 || code === 10 ? "OAuthException" : "GraphMethodException",
        code,
        ...(subcode === undefined ? {} : { error_subcode: subcode }),
        is_transient: parts.isTransient ?? false,
        ...(title === undefined ? {} : { error_user_title: title }),
        ...(userMessage === undefined ? {} : { error_user_msg: userMessage }),
        ...(details === undefined
          ? {}
          : { error_data: { messaging_product: "whatsapp", details } }),
        fbtrace_id: "AfakeTraceId0123456789",
      },
    },
  };
}

export function refuse(parts: ErrorParts): FakeError {
  return new FakeError(encodeError(parts));
}

/** A flow that cannot be published: why, under Meta's documented title. The sentence is unverified. */
export function refusePublishing(title: string, userMessage: string): FakeError {
  return refuse({ code: 139_002, message: "(#139002) Publishing failed", title, userMessage });
}

/** Meta does not tell what is not there from what the token may not see. */
export function refuseMissing(id: string, method: string): FakeError {
  return refuse({
    code: 100,
    subcode: 33,
    message: `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
  });
}

export const RATE_LIMITED: FakeAnswer = {
  ...encodeError({
    status: 429,
    code: 80_007,
    message: "(#80007) There have been too many calls to this account. Wait a bit and try again.",
    isTransient: true,
  }),
  headers: { "retry-after": "0" },
};

export const UNWELL: FakeAnswer = encodeError({
  status: 503,
  code: 2,
  message: "(#2) Service temporarily unavailable",
  isTransient: true,
});
