// `POST /send` on the admin listener: lets other systems of the business send a flow, with the bearer token that only
// they and this server know. Without ADMIN_TOKEN the route does not exist.

import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { JsonObject } from "../../flow-json/json-value.ts";
import { HandlerLoadError } from "../../flows/load-handlers.ts";
import type { Log } from "../../flows/services.ts";
import { DeployError } from "../../graph/deploy/deploy-error.ts";
import { GraphError } from "../../graph/graph-error.ts";
import { SendError, sendFlow, type SendOptions, type SendParts } from "../../graph/send.ts";
import type { Secret } from "../secret.ts";
import { SettingsError } from "../settings.ts";

export type SendRouteParts = {
  readonly token: Secret;
  /** @throws SettingsError where the server cannot send */
  readonly createSender: (environment: string) => SendParts;
  readonly log: Log;
};

const MAX_BODY_BYTES = 256 * 1024;

/** Longer than Meta takes, shorter than a caller waits. */
const DEADLINE_MS = 30_000;

// Values of zod's `json` are what `JSON.parse` gives: no more is claimed of them.
const OBJECT = z.record(z.string(), z.json()).transform((value) => value as JsonObject);

const BODY = z.strictObject({
  to: z.string(),
  flow: z.string(),
  environment: z.string().default("default"),
  action: z.enum(["navigate", "data_exchange"]).optional(),
  screen: z.string().optional(),
  data: OBJECT.optional(),
  draft: z.boolean().optional(),
  template: z.strictObject({ name: z.string(), language: z.string() }).optional(),
  header: z.string().optional(),
  text: z.string().optional(),
  footer: z.string().optional(),
  button: z.string().optional(),
  claims: OBJECT.optional(),
  ttlSeconds: z.int().min(1).optional(),
});

export function sendRoutes(app: FastifyInstance, parts: SendRouteParts): void {
  const { token, createSender, log } = parts;
  void app.register(async (scope) => {
    scope.addContentTypeParser("application/json", { parseAs: "string" }, (_request, text, done) =>
      done(null, text),
    );
    scope.post("/send", {
      bodyLimit: MAX_BODY_BYTES,
      // Before the body is read: a stranger's is not.
      onRequest: async (request, reply) => {
        if (isAllowed(request, token)) return undefined;
        return reply.code(401).send();
      },
      handler: async (request, reply) => {
        const body = BODY.safeParse(parseJson(request.body));
        if (!body.success) {
          const [issue] = body.error.issues;
          const place = issue?.path.join(".") ?? "";
          return reply.code(400).send({ error: `${place || "the body"} is not as it must be` });
        }
        const { environment, ...options } = body.data;
        try {
          const signal = AbortSignal.timeout(DEADLINE_MS);
          // Absent members are left out by the parser, never undefined.
          const sent = await sendFlow(createSender(environment), options as SendOptions, signal);
          const { messageId, expiresAt, forgotten } = sent;
          if (forgotten !== null) {
            log.error({ err: forgotten }, "a sent message is not recorded; see the database");
          }
          return await reply.code(200).send({ messageId, expiresAt, recorded: forgotten === null });
        } catch (error) {
          const known = explain(error);
          if (known === null) {
            log.error({ err: error }, "POST /send failed");
            return reply.code(500).send();
          }
          log.warn({ err: error }, "a flow was not sent");
          return reply.code(known.status).send(known.body);
        }
      },
    });
  });
}

function isAllowed({ headers }: FastifyRequest, token: Secret): boolean {
  const given = /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1] ?? "";
  // Digests are of one length, so that the comparison takes the same time for every guess.
  return timingSafeEqual(digest(given), digest(token.reveal()));
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

function parseJson(body: unknown): unknown {
  try {
    return typeof body === "string" ? JSON.parse(body) : undefined;
  } catch {
    return undefined;
  }
}

function explain(
  error: unknown,
): { readonly status: number; readonly body: Readonly<Record<string, unknown>> } | null {
  if (error instanceof GraphError) {
    const { outcome, metaCode } = error.failure;
    return { status: 502, body: { error: error.message, metaCode, outcome } };
  }
  if (error instanceof SendError || error instanceof RangeError) {
    return { status: 400, body: { error: error.message } };
  }
  if (error instanceof HandlerLoadError || error instanceof DeployError) {
    return { status: 404, body: { error: error.message } };
  }
  if (error instanceof SettingsError) return { status: 503, body: { error: error.message } };
  return null;
}
