// Spans to an OpenTelemetry collector, over OTLP and HTTP. This is the only file that knows the SDK, and it is imported
// only where OTEL_EXPORTER_OTLP_ENDPOINT is set. The SDK reads the other OTEL_… variables itself: headers, sampler,
// resource attributes, sizes of batches. Of its globals only the one for its complaints is used.

import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Context,
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace as api,
  TraceFlags,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import type { Log } from "../../flows/services.ts";
import { describeError } from "./logger.ts";
import { createLogSampler } from "./log-sampler.ts";
import { parseTraceparent, type TraceIds } from "./trace-ids.ts";
import type { Attributes, Tracer } from "./tracer.ts";
import { SERVER_VERSION } from "../version.ts";

/** Longest that a stop waits for a collector; the exporter itself would try again for ten seconds. */
const STOP_LIMIT_MS = 2_000;

const KINDS = { request: SpanKind.SERVER, job: SpanKind.CONSUMER } as const;

export type OtlpTracerParts = {
  /** `http://collector:4318`; spans go to `/v1/traces` below it. */
  readonly endpoint: string;
  readonly ids: TraceIds;
  readonly log: Log;
  /** Milliseconds since the process started, by which the SDK tells them from those since 1970. */
  readonly elapsedMs: () => number;
};

/** The span of the trace, and the innermost that is running. */
type Place = { readonly root: Span; readonly inner: Span };

export function createOtlpTracer({ endpoint, ids, log, elapsedMs }: OtlpTracerParts): Tracer {
  const complain = createComplaint(log, elapsedMs);
  reportTroubleTo(complain);
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      "service.name": "flowpoint",
      "service.version": SERVER_VERSION,
    }).merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [
      new BatchSpanProcessor(
        new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, "")}/v1/traces` }),
      ),
    ],
  });
  const spans = provider.getTracer("flowpoint", SERVER_VERSION);
  const places = new AsyncLocalStorage<Place>();

  return {
    begin: (kind, name, attributes, traceparent) => {
      const options = { kind: KINDS[kind], attributes };
      const root = spans.startSpan(name, options, contextOf(traceparent));
      return {
        run: (work) =>
          ids.run(root.spanContext().traceId, () => places.run({ root, inner: root }, work)),
        end: (outcome, more) => {
          root.setAttributes(more);
          end(root, outcome);
        },
      };
    },
    describe: (attributes) => void places.getStore()?.root.setAttributes(attributes),
    step: (name, attributes, work) => {
      const place = places.getStore();
      if (place === undefined) return work();
      const inner = spans.startSpan(name, { attributes }, within(place.inner));
      return places.run({ root: place.root, inner }, () => endAfter(inner, work));
    },
    ended: (name, attributes, durationMs, outcome) => {
      const place = places.getStore();
      if (place === undefined) return;
      const endMs = elapsedMs();
      const options = { kind: SpanKind.CLIENT, attributes, startTime: endMs - durationMs };
      end(spans.startSpan(name, options, within(place.inner)), outcome, endMs);
    },
    stop: async () => {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(() => {
        complain();
        late.resolve();
      }, STOP_LIMIT_MS);
      await Promise.race([provider.shutdown().catch(complain), late.promise]);
      clearTimeout(timer);
    },
  };
}

function contextOf(traceparent: string | undefined): Context {
  const parent = parseTraceparent(traceparent);
  if (parent === null) return ROOT_CONTEXT;
  const { traceId, spanId, isSampled } = parent;
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return api.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function within(span: Span): Context {
  return api.setSpan(ROOT_CONTEXT, span);
}

function endAfter<T>(span: Span, work: () => T): T {
  try {
    const result = work();
    if (!(result instanceof Promise)) {
      span.end();
      return result;
    }
    result.then(
      () => span.end(),
      (error: unknown) => fail(span, error),
    );
    return result;
  } catch (error) {
    fail(span, error);
    throw error;
  }
}

/** Without the message: it may quote what a user typed. */
function fail(span: Span, error: unknown): void {
  const { type, code } = describeError(error);
  const attributes: Attributes = { "error.type": code ?? type };
  span.setAttributes(attributes);
  end(span, "bad");
}

function end(span: Span, outcome: "good" | "bad", atMs?: number): void {
  if (outcome === "bad") span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(atMs);
}

/** A collector that is away costs spans and nothing else; it is told once a second at most. */
function createComplaint(log: Log, elapsedMs: () => number): () => void {
  const sample = createLogSampler(elapsedMs);
  return () => {
    const suppressed = sample("export");
    if (suppressed === null) return;
    log.warn(suppressed === 0 ? {} : { suppressed }, TROUBLE);
  };
}

const ignore = (): void => {};

/** The SDK's own words are left out: they may have the collector's URL and headers in them. */
function reportTroubleTo(complain: () => void): void {
  diag.setLogger(
    { error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

const TROUBLE = "spans could not be sent; see that OTEL_EXPORTER_OTLP_ENDPOINT can be reached";
