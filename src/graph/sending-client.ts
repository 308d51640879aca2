// `flowpoint/client`: for the business's own programs, which send flows through a server that has ADMIN_TOKEN set. The
// server mints the token, knows which flow at Meta is meant, and remembers the message for its completion.

import { z } from "zod";
import type { SendOptions } from "./send.ts";

export type { SendOptions } from "./send.ts";

export type SentMessage = {
  /** Meta's wamid. */
  readonly messageId: string;
  /** ISO 8601: until then the flow can be opened. */
  readonly expiresAt: string;
  /** `false`: the message is out, but its completion will have to be matched in another way. */
  readonly recorded: boolean;
};

export interface FlowpointClient {
  /**
   * Sends a flow. Never repeated by itself: after a timeout the user may have the message all the same.
   *
   * @throws FlowpointError when it was refused, and what `fetch` throws when the server cannot be reached
   */
  send(
    options: SendOptions & { readonly environment?: string },
    signal?: AbortSignal,
  ): Promise<SentMessage>;
}

/** What the server answered instead of sending. */
export class FlowpointError extends Error {
  override readonly name = "FlowpointError";
  /** 400: the request cannot be sent; 401: the token; 404: no such flow; 502: Meta refused, or said nothing. */
  readonly status: number;
  /** `unknown`: the message may be out all the same. */
  readonly outcome: "refused" | "unknown";

  constructor(message: string, status: number, outcome: "refused" | "unknown") {
    super(message);
    this.status = status;
    this.outcome = outcome;
  }
}

const SENT = z.object({ messageId: z.string(), expiresAt: z.string(), recorded: z.boolean() });
const REFUSED = z.object({
  error: z.string().default(""),
  outcome: z.enum(["refused", "unknown"]).optional(),
});

/**
 * @param options.adminUrl  of the server's admin listener, for example `http://127.0.0.1:3001`
 * @param options.token     its ADMIN_TOKEN
 */
export function createClient({
  adminUrl,
  token,
}: {
  readonly adminUrl: string;
  readonly token: string;
}): FlowpointClient {
  const url = new URL("/send", adminUrl);
  return {
    send: async (options, signal) => {
      const response = await fetch(url, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify(options),
        ...(signal === undefined ? {} : { signal }),
      });
      const body: unknown = await response.json().catch(() => ({}));
      if (response.status === 200) return SENT.parse(body);
      const { error = "", outcome } = REFUSED.safeParse(body).data ?? {};
      const reason = error === "" ? "the server did not send the message" : error;
      // A server that failed in the middle does not know either.
      throw new FlowpointError(
        reason,
        response.status,
        outcome ?? (response.status >= 500 ? "unknown" : "refused"),
      );
    },
  };
}
