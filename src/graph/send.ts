// Sends a flow to a user: mints its token, has Meta send the message, and remembers which flow the message opens.
//
// What it needs from around it is handed in, so that it works in a server, in a command and in a program of its own.

import type { Contract } from "../flow-json/contract.ts";
import type { JsonObject } from "../flow-json/json-value.ts";
import type { GraphClient } from "./client.ts";
import { type FlowMessage, type FlowStart, sendMessage } from "./messages.ts";

export { createGraphClient, type GraphAccess, type GraphClient } from "./client.ts";
export { GraphError } from "./graph-error.ts";

export type SendParts = {
  readonly client: GraphClient;
  /** The number that it comes from. */
  readonly phoneNumberId: string;
  readonly mintToken: (wanted: {
    readonly flow: string;
    readonly claims?: JsonObject;
    readonly ttlSeconds?: number;
  }) => Promise<{ readonly token: string; readonly expiresAt: string }>;
  /** @throws where the flow is not at Meta */
  readonly findFlow: (flow: string) => Promise<FlowAtMeta>;
  /** Keeps what leads from the message back to its flow. */
  readonly remember: (sent: {
    readonly messageId: string;
    readonly flow: string;
    readonly flowToken: string;
    readonly expiresAt: string;
  }) => Promise<void>;
};

export type FlowAtMeta = FlowStarts & { readonly flowId: string };

/** What a message needs to know of a flow to open it. */
export type FlowStarts = {
  /** Without an endpoint a flow can only open on a screen. */
  readonly hasEndpoint: boolean;
  readonly entryScreen: string;
  /** Ids of all its screens. */
  readonly screens: readonly string[];
};

export type SendOptions = {
  /** A phone number with its country, digits only, or a business-scoped user id. */
  readonly to: string;
  /** Name of its folder. */
  readonly flow: string;
  /** Default: `navigate` where a screen or data are given, or the flow has no endpoint; else `data_exchange`. */
  readonly action?: "navigate" | "data_exchange";
  readonly screen?: string;
  readonly data?: JsonObject;
  readonly draft?: boolean;
  /** A template instead of a text: needed where the user has not written within 24 hours. */
  readonly template?: { readonly name: string; readonly language: string };
  readonly header?: string;
  readonly text?: string;
  readonly footer?: string;
  readonly button?: string;
  readonly claims?: JsonObject;
  readonly ttlSeconds?: number;
};

export type SentFlow = {
  readonly messageId: string;
  readonly expiresAt: string;
  /** `null` when it is remembered; else why it could not be: the message is out all the same. */
  readonly forgotten: unknown;
};

/** What was asked for cannot be sent; nothing was. */
export class SendError extends Error {
  override readonly name = "SendError";
}

const TEXT = "Please tap the button to continue.";
const BUTTON = "Continue";

/**
 * Sends one message.
 *
 * @throws SendError, GraphError; with `outcome` "unknown" the user may have it all the same
 */
export async function sendFlow(
  parts: SendParts,
  options: SendOptions,
  signal: AbortSignal,
): Promise<SentFlow> {
  const { flow, claims, ttlSeconds } = options;
  assertSendable(options);
  const atMeta = options.template === undefined ? await parts.findFlow(flow) : null;
  const { token: flowToken, expiresAt } = await parts.mintToken({
    flow,
    ...(claims === undefined ? {} : { claims }),
    ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
  });
  const message = { to: options.to, flowToken, content: contentOf(options, atMeta) };
  const messageId = await sendMessage(parts.client, parts.phoneNumberId, message, signal);
  try {
    await parts.remember({ messageId, flow, flowToken, expiresAt });
    return { messageId, expiresAt, forgotten: null };
  } catch (error) {
    // Whoever is told that it failed would send it again.
    return { messageId, expiresAt, forgotten: error };
  }
}

const RECIPIENT = /^(?:\d{6,15}|[A-Z]{2}\.[\w.]{1,128})$/;

function assertSendable({ to, action, screen, template, draft }: SendOptions): void {
  if (!RECIPIENT.test(to)) {
    throw new SendError(
      "the recipient is no phone number; write it with its country and digits only, or a user id",
    );
  }
  if (template !== undefined && (screen !== undefined || action !== undefined || draft === true)) {
    throw new SendError(
      "a template has its screen, action and mode set at Meta; leave them out beside it",
    );
  }
}

function contentOf(options: SendOptions, atMeta: FlowAtMeta | null): FlowMessage["content"] {
  const { template, data, header, footer, text = TEXT, button = BUTTON, draft = false } = options;
  if (template !== undefined) {
    return { kind: "template", ...template, ...(data === undefined ? {} : { data }) };
  }
  if (atMeta === null) throw new SendError("the flow is not known at Meta");
  return {
    kind: "interactive",
    flowId: atMeta.flowId,
    mode: draft ? "draft" : "published",
    ...(header === undefined ? {} : { header }),
    body: text,
    ...(footer === undefined ? {} : { footer }),
    button,
    start: chooseStart(options, atMeta),
  };
}

export function startsOf({ hasEndpoint, entryScreens, screens }: Contract): FlowStarts {
  return {
    hasEndpoint,
    entryScreen: entryScreens[0] ?? screens[0]?.id ?? "",
    screens: screens.map(({ id }) => id),
  };
}

/**
 * How a flow opens.
 *
 * @throws SendError for what excludes one another, and for a screen that it does not have
 */
export function chooseStart(
  { action, screen, data }: Pick<SendOptions, "action" | "screen" | "data">,
  { hasEndpoint, entryScreen, screens }: FlowStarts,
): FlowStart {
  if (action === "data_exchange" && (screen !== undefined || data !== undefined)) {
    throw new SendError(
      "a screen and data go with action navigate; with data_exchange the endpoint's init chooses both",
    );
  }
  if (screen !== undefined && !screens.includes(screen)) {
    throw new SendError(`the flow has no screen ${screen}; it has: ${screens.join(", ")}`);
  }
  const navigates = screen !== undefined || data !== undefined || !hasEndpoint;
  if ((action ?? (navigates ? "navigate" : "data_exchange")) === "data_exchange") {
    if (hasEndpoint) return { action: "data_exchange" };
    throw new SendError("the flow has no endpoint to ask; leave the action out");
  }
  return {
    action: "navigate",
    screen: screen ?? entryScreen,
    ...(data === undefined ? {} : { data }),
  };
}
