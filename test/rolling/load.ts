// What Meta sends, at an even rate and over connections that it keeps: health checks, submits that each have one effect,
// completions. Every request is sent once: whatever goes wrong on the way is seen.

import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { Agent, request } from "undici";
import { createFlowTokens } from "../../src/protocol/flow-token.ts";
import { publicKey, SECRETS } from "../faults/instance.ts";
import { flow as drill } from "../helpers/fixture-flows/drill/contract.gen.ts";
import { createPhone } from "../helpers/phone.ts";
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
  /** `reset`: no whole answer came. */
  readonly outcome: number | "reset" | "wrong-answer";
  readonly ms: number;
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
const CONNECTIONS = 16;

export class Load {
  readonly answers: Answer[] = [];
  readonly #url: string;
  readonly #everyMs: number;
  readonly #client = new Agent({ connections: CONNECTIONS });
  readonly #phone = createPhone(publicKey, SECRETS.WHATSAPP_APP_SECRET);
  readonly #tokens = createFlowTokens([SECRETS.FLOW_TOKEN_SECRET]);
  readonly #underWay = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #sending: Promise<void> = Promise.resolve();

  constructor(url: string, requestsPerSecond: number) {
    this.#url = url;
    this.#everyMs = 1_000 / requestsPerSecond;
  }

  start(): void {
    this.#sending = this.#send();
  }

  /** Sends nothing more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#sending;
    await Promise.all(this.#underWay);
    await this.#client.close().catch(() => {});
  }

  async #send(): Promise<void> {
    for (let turn = 0; !this.#stopping.signal.aborted; turn++) {
      const kind = TURNS[turn % TURNS.length] ?? "ping";
      const sending = this.#sendOne(kind).finally(() => this.#underWay.delete(sending));
      this.#underWay.add(sending);
      await delay(this.#everyMs);
    }
  }

  async #sendOne(kind: Kind): Promise<void> {
    const id = randomUUID();
    const startedMs = performance.now();
    const outcome = await this.#attempt(kind, id).catch(() => "reset" as const);
    this.answers.push({ kind, id, outcome, ms: performance.now() - startedMs });
  }

  async #attempt(kind: Kind, id: string): Promise<Answer["outcome"]> {
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
    const { decrypt, ...sealed } = this.#phone.request(clear);
    const { status, text } = await this.#post("/flows/drill", sealed);
    if (status !== 200) return status;
    const answer = decrypt(text);
    const isRight = kind === "ping" ? answer.includes('"active"') : answer.includes('"DETAILS"');
    return isRight ? 200 : "wrong-answer";
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
