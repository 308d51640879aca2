// A collector on loopback that keeps what it is sent: OTLP over HTTP, as JSON.

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { z } from "zod";

const VALUE = z.union([
  z.object({ stringValue: z.string() }).transform(({ stringValue }) => stringValue),
  z.object({ intValue: z.coerce.number() }).transform(({ intValue }) => intValue),
  z.object({ doubleValue: z.number() }).transform(({ doubleValue }) => doubleValue),
]);
const ATTRIBUTES = z
  .array(z.object({ key: z.string(), value: VALUE }))
  .transform((list) => Object.fromEntries(list.map(({ key, value }) => [key, value])));

const SPAN = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  startTimeUnixNano: z.coerce.bigint(),
  endTimeUnixNano: z.coerce.bigint(),
  attributes: ATTRIBUTES,
  status: z.object({ code: z.number().optional(), message: z.string().optional() }),
  events: z.array(z.unknown()).default([]),
});

const EXPORT = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: ATTRIBUTES }),
      scopeSpans: z.array(z.object({ spans: z.array(SPAN) })),
    }),
  ),
});

export type ReceivedSpan = z.output<typeof SPAN> & {
  readonly resource: Readonly<Record<string, string | number>>;
};

export interface OtlpReceiver {
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** Everything received, as text. */
  readonly text: () => string;
  stop(): Promise<void>;
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const bodies: unknown[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      bodies.push(body);
      if (request.url === "/v1/traces") {
        for (const { resource, scopeSpans } of EXPORT.parse(body).resourceSpans) {
          for (const { spans: received } of scopeSpans) {
            spans.push(...received.map((span) => ({ ...span, resource: resource.attributes })));
          }
        }
      }
      response.setHeader("content-type", "application/json").end("{}");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  // A listening TCP server has one.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    text: () => JSON.stringify(bodies),
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
