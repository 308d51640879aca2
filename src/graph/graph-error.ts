// What Meta refused, or what went wrong on the way there, with the next step. Meta's own words are quoted only after
// everything that could be a token, a phone number or an id is taken out of them.
//
// Codes: Meta, "Error codes" (Flows; Cloud API; Graph API, "Handling errors").

import { z } from "zod";

/** Whether the request can have had its effect although no good answer came. */
export type GraphOutcome = "refused" | "unknown";

export type GraphFailure = {
  /** What was asked, as it follows "to": `create the flow`. */
  readonly operation: string;
  /** `null` where no answer came. */
  readonly status: number | null;
  readonly outcome: GraphOutcome;
  readonly metaCode: number | null;
  readonly metaSubcode: number | null;
  /** What Meta's support asks for. */
  readonly traceId: string | null;
  /** Meta's words, already made harmless. */
  readonly text: string | null;
  /** Meta says that the same request may go through later. */
  readonly isTransient: boolean;
  /** What a `Retry-After` header asked for. */
  readonly retryAfterMs: number | null;
};

/** Meta, or a network on the way there, refused or failed. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  /** The status for the log, or `FAILED` where there was no answer. */
  readonly code: string;
  readonly failure: GraphFailure;
  constructor(failure: GraphFailure, options?: ErrorOptions) {
    super(describe(failure), options);
    this.code = failure.status === null ? "FAILED" : `HTTP_${failure.status}`;
    this.failure = failure;
  }
}

/** The object does not exist, or not for this token: Meta does not tell the two apart. */
export function isMissing(error: unknown): boolean {
  if (!(error instanceof GraphError)) return false;
  const { status, metaCode, metaSubcode } = error.failure;
  return (
    (metaCode === 100 && metaSubcode === NO_SUCH_OBJECT) || (metaCode === null && status === 404)
  );
}

/** A flow's metrics are shown only from 250 requests on. */
export function isBelowMetricsThreshold(error: unknown): boolean {
  return error instanceof GraphError && error.failure.metaCode === 139_006;
}

const NO_SUCH_OBJECT = 33;

const TRY_LATER = "Meta limits how often this may be asked; try again in a few minutes";
const NEW_TOKEN =
  "WHATSAPP_ACCESS_TOKEN is wrong or no longer good; make a new one for a system user of the business";
const RESTRICTED = "Meta has restricted this business account; ask Meta's support";
const NOT_SENDABLE =
  "correct what it names; whether the flow itself can be sent is told by flowpoint flows status";
const GRANT =
  "give the token's system user this account, with whatsapp_business_management and whatsapp_business_messaging";

/** The next step, by Meta's code. */
export const GRAPH_REMEDIES: Readonly<Record<number, string>> = {
  1: "Meta is not well; try again",
  2: "Meta is not well; try again",
  3: GRANT,
  4: TRY_LATER,
  10: GRANT,
  17: TRY_LATER,
  32: TRY_LATER,
  100: "correct what it names; a flow's name must be unique in its account (--name)",
  102: NEW_TOKEN,
  190: NEW_TOKEN,
  200: GRANT,
  368: RESTRICTED,
  613: TRY_LATER,
  80_007: TRY_LATER,
  130_429: TRY_LATER,
  131_005: GRANT,
  131_008: NOT_SENDABLE,
  131_009: NOT_SENDABLE,
  131_021: "choose a recipient other than the sending number",
  131_026: "that user's WhatsApp cannot take this message; it may be too old",
  131_030: "add the recipient to the test number's list in the app dashboard",
  131_031: RESTRICTED,
  131_042: "mend the account's payment method in Meta's business settings",
  131_045: "register the phone number on the Cloud API first",
  131_047: "the user has not written within 24 hours; send a template with --template",
  131_048:
    "users have blocked or reported this number; look at its quality in Meta's WhatsApp Manager",
  131_056: TRY_LATER,
  132_000: "give the template the values it asks for",
  132_001: "compare --template and --language with the approved templates of this account",
  132_015: "Meta has paused the template for its quality; wait, or send another",
  132_016: "Meta has disabled the template for its quality; send another",
  132_068: "Meta has blocked the flow; run flowpoint flows status to see why",
  132_069: "Meta throttles the flow to 10 messages an hour; run flowpoint flows status to see why",
  133_010: "register the phone number on the Cloud API first",
  139_000: RESTRICTED,
  139_001:
    "try again; if it can no longer be changed, deploy it as a new flow with --new --name <name>",
  139_002:
    "mend that (flowpoint doctor looks at each point; an app or an address is set by flowpoint flows deploy), and run flowpoint flows publish again",
  139_003:
    "look at its state with flowpoint flows status; nothing needs to be done if it is deprecated",
  139_004: "deprecate it instead: flowpoint flows deprecate",
  139_006: "Meta shows metrics from 250 requests on; look again later",
};

const BY_STATUS: Readonly<Record<number, string>> = {
  401: NEW_TOKEN,
  403: GRANT,
  404: "correct GRAPH_API_URL or GRAPH_API_VERSION",
  429: TRY_LATER,
};

const MISSING = `compare WHATSAPP_WABA_ID, WHATSAPP_PHONE_NUMBER_ID and the ids in flows.lock.json with the account, or else ${GRANT}`;

function describe(failure: GraphFailure): string {
  const { operation, status, metaCode, metaSubcode, traceId, text, outcome } = failure;
  const doubt = outcome === "unknown" ? "; it may have been done all the same" : "";
  if (status === null) {
    return `Meta did not answer when asked to ${operation}${doubt}; look at the network and GRAPH_API_URL, then try again`;
  }
  const codes = [
    metaCode === null ? `HTTP ${status}` : `code ${metaCode}`,
    ...(metaSubcode === null ? [] : [`subcode ${metaSubcode}`]),
    ...(traceId === null ? [] : [`trace ${traceId}`]),
  ].join(", ");
  const said = text === null ? "" : `: ${text}`;
  return `Meta would not ${operation} (${codes})${said}${doubt}; ${remedyOf(failure)}`;
}

function remedyOf({ status, metaCode, metaSubcode }: GraphFailure): string {
  if (metaCode === 100 && metaSubcode === NO_SUCH_OBJECT) return MISSING;
  if (metaCode !== null && metaCode > 200 && metaCode < 300) return GRANT;
  const byCode = metaCode === null ? undefined : GRAPH_REMEDIES[metaCode];
  if (byCode !== undefined) return byCode;
  return BY_STATUS[status ?? 0] ?? ((status ?? 0) >= 500 ? "try again" : "see Meta's error codes");
}

const ERROR_BODY = z.object({
  error: z.object({
    message: z.string().optional(),
    code: z.number().optional(),
    error_subcode: z.number().optional(),
    is_transient: z.boolean().optional(),
    error_user_title: z.string().optional(),
    error_user_msg: z.string().optional(),
    error_data: z.object({ details: z.string().optional() }).optional().catch(undefined),
    fbtrace_id: z.string().optional(),
  }),
});

/** Codes that stand for a limit, which comes with status 400 as often as with 429. */
const LIMITS = new Set([4, 17, 32, 613, 80_007, 130_429, 131_056]);

/** Reads an answer other than 2xx, whatever its body. */
export function readFailure(
  answer: {
    readonly operation: string;
    /** It asked for nothing to be done. */
    readonly isRead: boolean;
    readonly status: number;
    readonly body: string;
    readonly retryAfter: string | null;
  },
  secret: string,
): GraphFailure {
  const { operation, isRead, status, body, retryAfter } = answer;
  const error = parseErrorBody(body);
  const metaCode = error?.code ?? null;
  const isLimit = status === 429 || (metaCode !== null && LIMITS.has(metaCode));
  const seconds = Number(retryAfter ?? Number.NaN);
  return {
    operation,
    status,
    outcome: status >= 500 && !isRead ? "unknown" : "refused",
    metaCode,
    metaSubcode: error?.error_subcode ?? null,
    traceId: error?.fbtrace_id?.replaceAll(/[^\w-]/g, "").slice(0, MAX_TRACE) ?? null,
    text: error === null ? null : wordsOf(error, secret),
    isTransient: isLimit || status >= 500 || error?.is_transient === true,
    retryAfterMs: seconds >= 0 ? seconds * 1000 : null,
  };
}

function parseErrorBody(body: string): z.output<typeof ERROR_BODY>["error"] | null {
  try {
    return ERROR_BODY.safeParse(JSON.parse(body)).data?.error ?? null;
  } catch {
    // Not JSON: whatever stands between here and Meta has answered.
    return null;
  }
}

function wordsOf(error: z.output<typeof ERROR_BODY>["error"], secret: string): string | null {
  const words = [error.error_user_title, error.error_data?.details ?? error.error_user_msg].filter(
    (part) => part !== undefined && part !== "",
  );
  const text = words.length > 0 ? words.join(": ") : (error.message ?? "");
  const clean = harmless(text, secret);
  return clean === "" ? null : clean;
}

const MAX_TRACE = 40;
const MAX_WORDS = 300;

/** Without the token, anything like one, and any run of digits as long as a phone number or an id. */
function harmless(text: string, secret: string): string {
  return text
    .replaceAll(secret === "" ? /(?!)/g : secret, "…")
    .replaceAll(/[\w+/=-]{40,}/g, "…")
    .replaceAll(/\+?\d(?:[\s().-]?\d){6,}/g, "…")
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .slice(0, MAX_WORDS)
    .replace(/[\s.;]+$/, "");
}
