// Chooses the tracer. Where no collector is set, the SDK is not even read from disk.

import type { Log } from "../../flows/services.ts";
import { elapsedMs } from "../clock.ts";
import type { Settings } from "../settings.ts";
import type { TraceIds } from "./trace-ids.ts";
import { createQuietTracer, type Tracer } from "./tracer.ts";

export async function createTracer(
  { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }: Settings,
  ids: TraceIds,
  log: Log,
): Promise<Tracer> {
  if (endpoint === undefined) return createQuietTracer(ids);
  const { createOtlpTracer } = await import("./otlp-tracer.ts");
  return createOtlpTracer({ endpoint, ids, log, elapsedMs });
}
