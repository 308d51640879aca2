// Meta's part between phone and endpoint: signs what the phone encrypted, and what its chat received, with the app secret
// and brings it to this server's own public listener, so that it meets all that Meta's requests meet. On request it does
// so badly.

import { setTimeout } from "node:timers/promises";
import type { Clock } from "../flows/services.ts";
import type {
  DeliverCompletion,
  DeliveredCompletion,
  RelayFault,
  RelayRequest,
  RelayResponse,
} from "./api.ts";
import type { LogLines } from "./log-lines.ts";
import { encodeCompletions } from "./notifications.ts";
import { openSigned, postSigned, type SignedPost, type TlsTrust } from "./post-signed.ts";
import { withSlowHandlers } from "./slow-handlers.ts";

export type RelayParts = {
  readonly appSecret: string;
  /** How to trust this server over HTTPS. */
  readonly tls: TlsTrust;
  readonly lines: LogLines;
  readonly clock: Clock;
  readonly elapsedMs: () => number;
};

/** Names the exchange to the server that receives it: see `receive`. */
export const RELAY_HEADER = "x-player-relay";

/** Longer than a phone waits: that it gave up is for the page to say. */
const LIMIT_MS = 30_000;

/** Longer than a phone waits. */
const NO_ANSWER_MS = 11_000;

export class Relay {
  readonly #parts: RelayParts;
  /** Ids of exchanges under way that are to find their handler slow. */
  readonly #slow = new Set<string>();

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  /**
   * @param origin  of this server
   * @throws when the server does not answer itself
   */
  async exchange(
    origin: string,
    flow: string,
    { body, fault }: RelayRequest,
  ): Promise<RelayResponse> {
    const { appSecret, tls, lines } = this.#parts;
    const url = new URL(`${origin}/flows/${encodeURIComponent(flow)}`);
    return this.#timed(async () => {
      const { result, lines: log } = await lines.collect(async (id) => {
        if (fault === "slow-handler") this.#slow.add(id);
        try {
          return await send(fault, {
            url,
            body: Buffer.from(body),
            appSecret: fault === "bad-signature" ? `not ${appSecret}` : appSecret,
            tls,
            limitMs: LIMIT_MS,
            headers: { [RELAY_HEADER]: id },
          });
        } finally {
          this.#slow.delete(id);
        }
      });
      return { ...result, log };
    });
  }

  /**
   * Runs `work`, which is what the server does with a request that bears `id`: its log lines are the exchange's, and its
   * handler is slow where that was asked for. An id that the relay has not under way changes nothing.
   */
  receive(id: string, work: () => void): void {
    // Once only: nobody who has seen it in a header gets a slow handler by it.
    const isSlow = this.#slow.delete(id);
    this.#parts.lines.attribute(id, isSlow ? () => withSlowHandlers(work) : work);
  }

  /** @throws when the server does not answer itself */
  async deliver(origin: string, completion: DeliverCompletion): Promise<DeliveredCompletion> {
    const { appSecret, tls, clock } = this.#parts;
    const { from: user, ...rest } = completion;
    const sentAtSeconds = Math.floor(clock.now().getTime() / 1000);
    const body = encodeCompletions([{ ...rest, user, sentAtSeconds }]);
    const url = new URL(`${origin}/webhooks/whatsapp`);
    return this.#timed(async () => {
      const { status } = await postSigned({
        url,
        body: Buffer.from(body),
        appSecret,
        tls,
        limitMs: LIMIT_MS,
      });
      return { status };
    });
  }

  async #timed<T extends object>(work: () => Promise<T>): Promise<T & { readonly ms: number }> {
    const { elapsedMs } = this.#parts;
    const startedMs = elapsedMs();
    const result = await work();
    return { ...result, ms: Math.round((elapsedMs() - startedMs) * 10) / 10 };
  }
}

type Sent = Pick<RelayResponse, "status" | "body">;

async function send(fault: RelayFault, post: SignedPost): Promise<Sent> {
  switch (fault) {
    case "drop-connection": {
      // The endpoint has done its work; only the phone never hears of it.
      const response = await openSigned(post);
      response.destroy();
      return { status: null, body: "" };
    }
    case "no-answer": {
      const sent = await postSigned(post);
      // Nobody waits for it when the server stops.
      await setTimeout(NO_ANSWER_MS, undefined, { ref: false });
      return sent;
    }
    case "slow-network":
      return postSigned({ ...post, pace: "slow" });
    case "bad-signature":
    case "slow-handler":
    case null:
      return postSigned(post);
  }
}
