// What Meta sends, at an even rate and over connections that it keeps: health checks, submits that each have one effect,
// completions. Every request is sent once, whatever goes wrong on the way is seen; but a phone that meets 421 fetches the
// published key and tries once more, as WhatsApp does.

import { type KeyObject, randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { Agent, request } from "undici";
import { createFlowTokens } from "../../src/protocol/flow-token.ts";
import { publicKey, SECRETS } from "../faults/instance.ts";
import { flow as drill } from "../helpers/fixture-flows/drill/contract.gen.ts";
import { createPhone, type Phone } from "../helpers/phone.ts";
import {
  messagesChange,
  notificationOf,
  responseMessage,
  signed,
} from "../webhooks/notification.ts";

export type Kind = "ping" | "effect" | "completion";

export type Answer = {
  readonly kind: Kind;
  /** The note of an effect, the id of a message. */
  readonly id: string;
  readonly outcome: Outcome;
  /** The answer before it was 421. */
  readonly refetched: boolean;
  /** On the clock of `performance.now()`. */
  readonly startedMs: number;
  readonly ms: number;
};

/**
 * A number is the last status, 200 being what was hoped for. `snackbar`: 200, and the same screen again with a message.
 * `silence`: nothing came while WhatsApp waits. `reset`: no whole answer came.
 */
export type Outcome = number | "snackbar" | "wrong-answer" | "silence" | "reset";

export type LoadOptions = {
  readonly requestsPerSecond: number;
  /** The public key that Meta has. Default: that of all instances of the tests. */
  readonly publishedKey?: () => KeyObject;
};

/** In turn: of ten requests, one is a health check and three are completions. */
const TURNS: readonly Kind[] = [
  "effect",
  "completion",
  "effect",
  "effect",
  "ping",
  "effect",
  "completion",
  "effect",
  "effect",
  "completion",
];

/** WhatsApp gives up then. */
const LIMIT_MS = 10_000;

/** More than are used while all is well, so that one who waits keeps nobody else waiting. */
const CONNECTIONS = 1_024;

/** Each with its own copy of the public key; a number that has nothing in common with that of the turns. */
const PHONES = 39;

const UNDECRYPTABLE = 421;

/** How late a turn may be and still be made up for. */
const LATE_MS = 100;

export class Load {
  readonly answers: Answer[] = [];
  readonly #url: string;
  readonly #everyMs: number;
  readonly #client = new Agent({ connections: CONNECTIONS });
  readonly #publishedKey: () => KeyObject;
  readonly #phones: Phone[];
  readonly #tokens = createFlowTokens([SECRETS.FLOW_TOKEN_SECRET]);
  /** With when it began. */
  readonly #underWay = new Map<Promise<void>, number>();
  readonly #stopping = new AbortController();
  #sending: Promise<void> = Promise.resolve();

  constructor(url: string, { requestsPerSecond, publishedKey = () => publicKey }: LoadOptions) {
    this.#url = url;
    this.#everyMs = 1_000 / requestsPerSecond;
    this.#publishedKey = publishedKey;
    this.#phones = Array.from({ length: PHONES }, () => this.#fetchKey());
  }

  start(): void {
    this.#sending = this.#send();
  }

  /** Sends nothing more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#sending;
    await Promise.all(this.#underWay.keys());
    await this.#client.close().catch(() => {});
  }

  /** When the oldest request began that has no answer yet; Infinity: all have theirs. */
  get oldestUnderWayMs(): number {
    return Math.min(...this.#underWay.values());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #fetchKey(): Phone {
    return createPhone(this.#publishedKey(), SECRETS.WHATSAPP_APP_SECRET);
  }

  async #send(): Promise<void> {
    let dueMs = performance.now();
    for (let turn = 0; !this.#stopping.signal.aborted; turn++) {
      const kind = TURNS[turn % TURNS.length] ?? "ping";
      const sending = this.#sendOne(kind, turn % PHONES).finally(() =>
        this.#underWay.delete(sending),
      );
      this.#underWay.set(sending, performance.now());
      // By the clock, since timers are late; but a machine that is far behind is spared a burst.
      dueMs = Math.max(dueMs + this.#everyMs, performance.now() - LATE_MS);
      await delay(Math.max(0, dueMs - performance.now()));
    }
  }

  async #sendOne(kind: Kind, phone: number): Promise<void> {
    const id = randomUUID();
    const startedMs = performance.now();
    let outcome = await this.#attempt(kind, id, phone).catch(nameFailure);
    const refetched = outcome === UNDECRYPTABLE;
    if (refetched) {
      this.#phones[phone] = this.#fetchKey();
      outcome = await this.#attempt(kind, id, phone).catch(nameFailure);
    }
    const ms = performance.now() - startedMs;
    this.answers.push({ kind, id, outcome, refetched, startedMs, ms });
  }

  async #attempt(kind: Kind, id: string, phone: number): Promise<Outcome> {
    const token = this.#tokens.mint({
      flow: "drill",
      expiresAtSeconds: 4_000_000_000,
      id,
      contractHash: drill.contractHash,
      claims: {},
    });
    if (kind === "completion") {
      const reply = { response_json: JSON.stringify({ flow_token: token, line: id }) };
      const change = messagesChange([responseMessage(`wamid.${id}`, {}, reply)]);
      return (await this.#post("/webhooks/whatsapp", signed(notificationOf(change)))).status;
    }
    const clear =
      kind === "ping"
        ? { version: "3.0", action: "ping" }
        : {
            version: "3.0",
            action: "data_exchange",
            screen: "START",
            data: { trigger: "next", behave: "once", note: id },
            flow_token: token,
          };
    const { decrypt, ...sealed } = (this.#phones[phone] ?? this.#fetchKey()).request(clear);
    const { status, text } = await this.#post("/flows/drill", sealed);
    if (status !== 200) return status;
    const answer = decrypt(text);
    if (answer.includes('"error_message"')) return "snackbar";
    return answer.includes(kind === "ping" ? '"active"' : '"DETAILS"') ? 200 : "wrong-answer";
  }

  async #post(
    path: string,
    {
      headers,
      body,
    }: { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer },
  ): Promise<{ readonly status: number; readonly text: string }> {
    const { statusCode, body: answer } = await request(`${this.#url}${path}`, {
      method: "POST",
      headers,
      body,
      dispatcher: this.#client,
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    return { status: statusCode, text: await answer.text() };
  }
}

function nameFailure(error: unknown): "silence" | "reset" {
  return error instanceof DOMException && error.name === "TimeoutError" ? "silence" : "reset";
}
