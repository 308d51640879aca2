// The HTTP face of the endpoint. Everything that decides an answer is in `exchange.ts`; here are only the checks that
// HTTP itself needs, in the order that the contract gives them: method, content type and encoding, length.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { signatureHeaders } from "../protocol/signature.ts";
import type { Exchange } from "./exchange.ts";

export type EndpointLimits = {
  /** Counts a request without a valid signature against its address; `true` when the address is over its rate. */
  readonly isAddressOverRate: (request: FastifyRequest) => Promise<boolean>;
  /** Counts a request against its flow's rate; `true` when the flow is over it. */
  readonly isFlowOverRate: (request: FastifyRequest) => Promise<boolean>;
};

type FlowRoute = { Params: { flow: string } };

const MAX_BODY_BYTES = 2 * 1024 * 1024;
const RETRY_AFTER_SECONDS = 1;
const JSON_CONTENT_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?;?\s*$/i;

export function endpointRoutes(
  app: FastifyInstance,
  exchange: Exchange,
  limits: EndpointLimits,
): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      "application/json",
      { parseAs: "buffer", bodyLimit: MAX_BODY_BYTES },
      (_request, body, done) => done(null, body),
    );
    scope.all<FlowRoute>("/flows/:flow", { onRequest: checkTransport }, async (request, reply) => {
      const answer = await exchange({
        flowName: request.params.flow,
        // The one content type parser of this scope yields a buffer.
        body: request.body as Buffer,
        signature: signatureHeaders(request.raw.rawHeaders),
        withinRate: async () => !(await limits.isFlowOverRate(request)),
      });
      if (answer.status === 432 && (await limits.isAddressOverRate(request))) {
        return reply.code(429).send();
      }
      if (answer.status === 503) reply.header("retry-after", RETRY_AFTER_SECONDS);
      if (answer.body === "") return reply.code(answer.status).send();
      return reply.code(answer.status).type("text/plain").send(answer.body);
    });
  });
}

/** Refuses, or lets the request go on by calling `done`. */
function checkTransport(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  if (request.method !== "POST") return void reply.code(405).header("allow", "POST").send();
  const { "content-type": contentType, "content-encoding": contentEncoding } = request.headers;
  const isPlain = contentEncoding === undefined || contentEncoding.toLowerCase() === "identity";
  if (!isPlain || !JSON_CONTENT_TYPE.test(contentType ?? "")) return void reply.code(415).send();
  done();
}
