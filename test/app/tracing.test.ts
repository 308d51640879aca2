// Traces of the real command, as a collector gets them, and its log beside them.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createOtlpTracer } from "../../src/app/telemetry/otlp-tracer.ts";
import { TraceIds } from "../../src/app/telemetry/trace-ids.ts";
import { assertNothingLeaked, findForgedLines } from "../corpus/privacy.ts";
import { captureLog } from "../helpers/capture-log.ts";
import { type Canaries, sendOneOfEverything } from "../helpers/one-of-everything.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../helpers/otlp-receiver.ts";
import {
  makeTemporaryFolder,
  SPAWNED_SECRETS,
  type SpawnedServer,
  spawnServer,
} from "../helpers/spawn-server.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER = "00f067aa0ba902b7";

/** As long as it takes, within the test's own time. */
const PATIENTLY = { timeout: 25_000, interval: 100 };

describe("a server with a collector", () => {
  let collector: OtlpReceiver;
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let server: SpawnedServer;
  let canaries: Canaries;

  beforeAll(async () => {
    collector = await startOtlpReceiver();
    folder = await makeTemporaryFolder();
    server = await spawnServer(folder.path, {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=tests",
      OTEL_BSP_SCHEDULE_DELAY: "50",
      LOG_LEVEL: "trace",
    });
    canaries = await sendOneOfEverything(server, `00-${TRACE}-${CALLER}-01`);
    await vi.waitUntil(
      () => collector.spans.some(({ name }) => name === "job completion"),
      PATIENTLY,
    );
    // What was not sent yet is sent before the end.
    await server.stop();
  });

  afterAll(async () => {
    await server.stop();
    await collector.stop();
    await folder.remove();
  });

  const named = (name: string) => collector.spans.filter((span) => span.name === name);
  const childrenOf = (spanId: string): readonly string[] =>
    collector.spans
      .filter(({ parentSpanId }) => parentSpanId === spanId)
      .map(({ name }) => name)
      .toSorted();

  it("goes on with the caller's trace", () => {
    const requests = [...named("POST /flows/:flow"), ...named("POST /webhooks/whatsapp")];

    expect(requests).toHaveLength(13);
    for (const span of requests) {
      expect(span).toMatchObject({ traceId: TRACE, parentSpanId: CALLER });
      expect(span.resource).toMatchObject({
        "service.name": "flowpoint",
        "deployment.environment.name": "tests",
      });
    }
  });

  it("shows what an exchange spent its time on: the RSA operation, the handler, its queries", () => {
    const effect = collector.spans.find(
      ({ name, spanId }) =>
        name === "handler exchange" && childrenOf(spanId).includes("INSERT drill.effects"),
    );
    const request = collector.spans.find(({ spanId }) => spanId === effect?.parentSpanId);

    expect(effect?.attributes).toEqual({ "flowpoint.flow": "drill", "flowpoint.screen": "START" });
    expect(childrenOf(effect?.spanId ?? "")).toEqual(
      expect.arrayContaining([
        "INSERT flowpoint_server.once_results",
        "INSERT drill.effects",
        "UPDATE flowpoint_server.once_results",
      ]),
    );
    expect(childrenOf(request?.spanId ?? "")).toEqual(["handler exchange", "open"]);
    expect(request?.attributes).toEqual({
      "http.request.method": "POST",
      "http.route": "/flows/:flow",
      "http.response.status_code": 200,
      "flowpoint.flow": "drill",
      "flowpoint.action": "data_exchange",
      "flowpoint.screen": "START",
    });
    for (const { startTimeUnixNano, endTimeUnixNano } of collector.spans) {
      expect(endTimeUnixNano).toBeGreaterThanOrEqual(startTimeUnixNano);
    }
  });

  it("names what went wrong, and marks the part that did", () => {
    const faults = collector.spans.map(({ attributes }) => attributes["flowpoint.fault"]);
    const failed = collector.spans.filter(({ status }) => status.code === 2);

    expect(new Set(faults)).toEqual(
      new Set([undefined, "HANDLER_FAILED", "BAD_SIGNATURE", "UNDECRYPTABLE", "TOKEN_REFUSED"]),
    );
    expect(failed.map(({ name }) => name)).toContain("handler exchange");
    expect(failed.map(({ attributes }) => attributes["error.type"])).toContain("Error");
  });

  it("gives each attempt at a job a trace of its own", () => {
    const [job] = named("job completion");

    expect(job?.traceId).not.toBe(TRACE);
    expect(job?.parentSpanId ?? "").toBe("");
    expect(childrenOf(job?.spanId ?? "")).toContain("SELECT flowpoint_server.completions");
  });

  it("writes the trace's id into every line of the log that belongs to one", () => {
    const lines = server
      .output()
      .stdout.split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    const ofExchanges = lines.filter((line) => "action" in line);

    // The rest of them are the ones that were sampled away, of which there is none here.
    expect(ofExchanges.length).toBeGreaterThanOrEqual(10);
    for (const line of ofExchanges) expect(line["trace_id"]).toBe(TRACE);
    expect(lines.find(({ msg }) => msg === "stopping")).not.toHaveProperty("trace_id");
  });

  it("tells nothing of what was typed, of tokens, phones and secrets", () => {
    const { stdout, stderr } = server.output();
    // The development profile begins with some lines for people.
    const log = stdout.replace(/^Flowpoint .*\n(?: {2}.*\n)+/m, "");

    expect(collector.spans.flatMap(({ events }) => events)).toEqual([]);
    assertNothingLeaked(
      { spans: collector.text(), stdout, stderr },
      {
        answer: [canaries.answer],
        phone: [canaries.phone],
        "flow token": [canaries.token],
        "app secret": SPAWNED_SECRETS.WHATSAPP_APP_SECRET.split(","),
        "token secret": [SPAWNED_SECRETS.FLOW_TOKEN_SECRET],
      },
    );
    expect(findForgedLines(log)).toEqual([]);
  });
});

describe("a collector that is away", () => {
  it("is told in the log, and keeps nobody from stopping", async () => {
    const { log, lines } = captureLog();
    const tracer = createOtlpTracer({
      endpoint: "http://127.0.0.1:1",
      ids: new TraceIds(),
      log,
      elapsedMs: () => 0,
    });
    const trace = tracer.begin("request", "POST /flows/:flow", {});
    const result = trace.run(() => tracer.step("open", {}, () => "opened"));
    trace.end("good", {});

    await tracer.stop();

    expect(result).toBe("opened");
    expect(lines.map(({ level, msg }) => ({ level, msg }))).toEqual([
      { level: "warn", msg: expect.stringContaining("OTEL_EXPORTER_OTLP_ENDPOINT") },
    ]);
  });
});

describe("a server without a collector", () => {
  it("does not even load the SDK", async () => {
    const main = new URL("../../src/app/main.ts", import.meta.url);
    const script = `
      import { createRequire } from "node:module";
      const { cache } = createRequire(import.meta.url);
      const loaded = () => Object.keys(cache).filter((path) => path.includes("@opentelemetry/sdk-trace")).length;
      await import(${JSON.stringify(main.href)});
      const before = loaded();
      await import(${JSON.stringify(new URL("telemetry/otlp-tracer.ts", main).href)});
      console.log(JSON.stringify({ before, later: loaded() > 0 }));`;

    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "--eval", script],
      { cwd: fileURLToPath(new URL("../..", import.meta.url)) },
    );

    expect(JSON.parse(stdout)).toEqual({ before: 0, later: true });
  });
});
