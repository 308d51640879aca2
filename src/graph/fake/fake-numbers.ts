// The phone numbers of the stand-in: their public keys, and what was sent from them.
// Source: Meta, "Flows Encryption", "Sending a Flow" and "Error codes" (Cloud API).

import { createPublicKey } from "node:crypto";
import { z } from "zod";
import { refuse } from "./fake-error.ts";
import type { FakeFlows } from "./fake-flows.ts";

export type FakeNumber = {
  readonly id: string;
  readonly verifiedName: string;
  readonly displayNumber: string;
  /** PEM. */
  publicKey: string | null;
  signatureStatus: "VALID" | "MISMATCH";
};

/** One message that was taken. */
export type FakeMessage = {
  readonly id: string;
  readonly phoneNumberId: string;
  /** What it opens the flow with; `null` where it names none. */
  readonly flowToken: string | null;
  /** As it came. */
  readonly body: Readonly<Record<string, unknown>>;
};

export type FakeTemplate = { readonly name: string; readonly language: string };

const BITS = 2048;

/** Messages that a throttled flow may still send within an hour, which no run of the stand-in outlasts. */
const THROTTLED_MESSAGES = 10;

export function takePublicKey(number: FakeNumber, pem: string | null): object {
  if (pem === null || !isUsable(pem)) {
    throw refuse({
      code: 100,
      message: "(#100) Invalid parameter",
      details: "business_public_key must be a 2048-bit RSA public key in PEM.",
    });
  }
  number.publicKey = pem;
  number.signatureStatus = "VALID";
  return { success: true };
}

function isUsable(pem: string): boolean {
  if (!pem.startsWith("-----BEGIN PUBLIC KEY-----")) return false;
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === "rsa" && key.asymmetricKeyDetails?.modulusLength === BITS;
  } catch {
    return false;
  }
}

/** @param shape  the guide shows the object itself, the reference wraps it in a list */
export function showPublicKey(number: FakeNumber, shape: "flat" | "wrapped"): object {
  const key =
    number.publicKey === null
      ? null
      : {
          business_public_key: number.publicKey,
          business_public_key_signature_status: number.signatureStatus,
        };
  if (shape === "flat") return key ?? {};
  return { data: key === null ? [] : [key] };
}

const FLOW_PARAMETERS = z.object({
  flow_message_version: z.literal("3"),
  flow_id: z.string(),
  flow_cta: z.string().min(1).max(30),
  flow_token: z.string().optional(),
  mode: z.enum(["published", "draft"]).default("published"),
  flow_action: z.enum(["navigate", "data_exchange"]).default("navigate"),
  flow_action_payload: z
    .object({
      screen: z.string(),
      data: z
        .record(z.string(), z.unknown())
        .refine((data) => Object.keys(data).length > 0)
        .optional(),
    })
    .optional(),
});

const RECIPIENT = { messaging_product: z.literal("whatsapp") };

const MESSAGE = z.discriminatedUnion("type", [
  z.object({
    ...RECIPIENT,
    type: z.literal("interactive"),
    interactive: z.object({
      type: z.literal("flow"),
      body: z.object({ text: z.string().min(1) }),
      action: z.object({ name: z.literal("flow"), parameters: FLOW_PARAMETERS }),
    }),
  }),
  z.object({
    ...RECIPIENT,
    type: z.literal("template"),
    template: z.object({
      name: z.string(),
      language: z.object({ code: z.string() }),
      components: z.array(
        z.object({
          type: z.literal("button"),
          sub_type: z.literal("flow"),
          index: z.string(),
          parameters: z.array(
            z.object({
              type: z.literal("action"),
              action: z.object({ flow_token: z.string().optional() }),
            }),
          ),
        }),
      ),
    }),
  }),
]);

function flowTokenOf(message: z.output<typeof MESSAGE>): string | null {
  const named =
    message.type === "template"
      ? message.template.components[0]?.parameters[0]?.action.flow_token
      : message.interactive.action.parameters.flow_token;
  return named ?? null;
}

export class FakeMessages {
  readonly #flows: FakeFlows;
  readonly #templates: readonly FakeTemplate[];
  readonly #onMessage: (message: FakeMessage) => void;
  readonly #messages: FakeMessage[] = [];

  constructor(
    flows: FakeFlows,
    templates: readonly FakeTemplate[],
    onMessage: (message: FakeMessage) => void,
  ) {
    this.#flows = flows;
    this.#templates = templates;
    this.#onMessage = onMessage;
  }

  get all(): readonly FakeMessage[] {
    return this.#messages;
  }

  send({ id }: FakeNumber, body: unknown): object {
    const parsed = MESSAGE.safeParse(body);
    const { to, recipient } = z
      .object({ to: z.string(), recipient: z.string() })
      .partial()
      .parse(body);
    const user = to ?? recipient;
    if (!parsed.success || user === undefined) {
      throw refuse({
        code: 131_009,
        message: "(#131009) Parameter value is not valid",
        details: parsed.error?.issues[0]?.path.join(".") ?? "to",
      });
    }
    if (parsed.data.type === "template") this.#assertTemplate(parsed.data.template);
    else this.#assertSendable(parsed.data.interactive.action.parameters);
    const message: FakeMessage = {
      id: `wamid.${Buffer.from(`${id}/${this.#messages.length + 1}`).toString("base64")}`,
      phoneNumberId: id,
      flowToken: flowTokenOf(parsed.data),
      // Proven an object by the schema.
      body: body as FakeMessage["body"],
    };
    this.#messages.push(message);
    this.#onMessage(message);
    return {
      messaging_product: "whatsapp",
      contacts: [{ input: user, wa_id: user }],
      messages: [{ id: message.id }],
    };
  }

  #assertTemplate({ name, language }: { name: string; language: { code: string } }): void {
    const isKnown = this.#templates.some(
      (template) => template.name === name && template.language === language.code,
    );
    if (isKnown) return;
    throw refuse({
      status: 404,
      code: 132_001,
      message: "(#132001) Template name does not exist in the translation",
    });
  }

  #assertSendable({ flow_id, mode }: z.output<typeof FLOW_PARAMETERS>): void {
    const flow = this.#flows.find(flow_id);
    const isSent = (content: unknown): boolean => JSON.stringify(content).includes(`"${flow_id}"`);
    if (flow === undefined) {
      throw refuse({
        code: 131_009,
        message: "(#131009) Parameter value is not valid",
        details: "flow_id is of no flow of this account.",
      });
    }
    switch (flow.status) {
      case "BLOCKED":
        throw refuse({ code: 132_068, message: "(#132068) Flow is blocked" });
      case "THROTTLED":
        if (this.#messages.filter(({ body }) => isSent(body)).length < THROTTLED_MESSAGES) return;
        throw refuse({ code: 132_069, message: "(#132069) Flow is throttled" });
      case "DEPRECATED":
        throw refuse({
          code: 131_009,
          message: "(#131009) Parameter value is not valid",
          details: "The flow is deprecated.",
        });
      default:
        if ((mode === "draft") === (flow.status === "DRAFT")) return;
        // An edited flow is sent as it was last published.
        if (mode === "published" && flow.publishedJson !== null) return;
        throw refuse({
          code: 131_009,
          message: "(#131009) Parameter value is not valid",
          details: `A ${flow.status === "DRAFT" ? "draft" : "published flow"} cannot be sent with mode ${mode}.`,
        });
    }
  }
}
