// Makes each request that Meta sends a trace. Health checks and metrics get none: nobody looks for them.

import type { FastifyInstance, FastifyRequest, preHandlerHookHandler } from "fastify";
import type { Trace, Tracer } from "./tracer.ts";

const TRACED: ReadonlySet<string> = new Set(["/flows/:flow", "/webhooks/whatsapp"]);

/** Call it before the routes are added. */
export function traceRoutes(app: FastifyInstance, tracer: Tracer): void {
  const traces = new WeakMap<FastifyRequest, Trace>();

  /** Runs once the body is there: parsing it would leave the trace again. */
  const beginAt =
    (route: string): preHandlerHookHandler =>
    (request, _reply, done) => {
      const { method } = request;
      const { traceparent } = request.headers;
      const trace = tracer.begin(
        "request",
        `${method} ${route}`,
        { "http.request.method": method, "http.route": route },
        // A header that comes twice is nobody's.
        typeof traceparent === "string" ? traceparent : undefined,
      );
      traces.set(request, trace);
      trace.run(done);
    };

  app.addHook("onRoute", (options) => {
    if (!TRACED.has(options.url)) return;
    options.preHandler = [beginAt(options.url), ...[options.preHandler ?? []].flat()];
    options.onResponse = [
      (request, reply, done) => {
        const { statusCode } = reply;
        traces
          .get(request)
          ?.end(statusCode < 500 ? "good" : "bad", { "http.response.status_code": statusCode });
        done();
      },
      ...[options.onResponse ?? []].flat(),
    ];
  });
}
