// The HTTP face of the webhook. What the other side proved decides: a signed body is never refused for what it is, and
// whatever is not signed counts against its address.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { signatureHeaders } from "../protocol/signature.ts";
import type { Ingest } from "./ingest.ts";
import { answerSubscription } from "./subscription.ts";

export type WebhookParts = {
  readonly ingest: Ingest;
  /** Known to Meta and to us, for the subscription check. */
  readonly verifyToken: string;
};

/** Counts a request without a valid signature against its address; `true` when the address is over its rate. */
type IsAddressOverRate = (request: FastifyRequest) => Promise<boolean>;

/** Meta sends up to 3 MB: Meta, "Webhooks". */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const RETRY_AFTER_SECONDS = 5;

const PATH = "/webhooks/whatsapp";

export function webhookRoutes(
  app: FastifyInstance,
  { ingest, verifyToken }: WebhookParts,
  isAddressOverRate: IsAddressOverRate,
): void {
  app.register(async (scope) => {
    acceptAnyBody(scope);
    scope.setErrorHandler(async (error) => {
      if (isTooLarge(error)) ingest.refuseTooLarge();
      throw error; // the server's own handler answers
    });

    scope.all(PATH, { onRequest: forgetContentType }, async (request, reply) => {
      switch (request.method) {
        case "POST": {
          const status = await ingest.receive(
            bodyOf(request),
            signatureHeaders(request.raw.rawHeaders),
          );
          if (status === 401 && (await isAddressOverRate(request))) return reply.code(429).send();
          if (status === 503) reply.header("retry-after", RETRY_AFTER_SECONDS);
          return reply.code(status).send();
        }
        case "GET":
          if (await isAddressOverRate(request)) return reply.code(429).send();
          return sendSubscription(request, reply, verifyToken);
        default:
          if (await isAddressOverRate(request)) return reply.code(429).send();
          return reply.code(405).header("allow", "GET, POST").send();
      }
    });
  });
}

function sendSubscription(
  request: FastifyRequest,
  reply: FastifyReply,
  verifyToken: string,
): FastifyReply {
  const at = request.url.indexOf("?");
  const query = new URLSearchParams(at === -1 ? "" : request.url.slice(at + 1));
  const answer = answerSubscription(query, verifyToken);
  return answer.status === 200
    ? reply.code(200).type("text/plain").send(answer.challenge)
    : reply.code(answer.status).send();
}

function acceptAnyBody(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    "*",
    { parseAs: "buffer", bodyLimit: MAX_BODY_BYTES },
    (_request, body, done) => done(null, body),
  );
}

/** Fastify answers 415 to a type that is none, such as `json`; a body without a type it reads as any. */
async function forgetContentType(request: FastifyRequest): Promise<void> {
  delete request.raw.headers["content-type"];
}

function bodyOf(request: FastifyRequest): Buffer {
  // Where there was a body, the one parser of this scope made a buffer of it.
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && "statusCode" in error && error.statusCode === 413;
}
