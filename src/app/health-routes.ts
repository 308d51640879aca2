// What balancers, orchestrators and Prometheus ask.

import type { FastifyInstance } from "fastify";
import type { Health } from "./health.ts";
import type { Metrics } from "./telemetry/metrics.ts";

/** `GET /livez` and `GET /readyz`, on both listeners. */
export function healthRoutes(app: FastifyInstance, health: Health): void {
  app.get("/livez", async () => ({ live: true }));
  app.get("/readyz", async (_request, reply) => {
    const readiness = await health.read();
    return reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
}

/** `GET /metrics`, on the admin listener only. */
export function metricsRoutes(app: FastifyInstance, metrics: Metrics): void {
  app.get("/metrics", async (_request, reply) => {
    const { contentType, text } = await metrics.scrape();
    return reply.type(contentType).send(text);
  });
}
