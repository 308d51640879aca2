import { describe, expect, it } from "vitest";
import { createLogger } from "../../src/app/telemetry/logger.ts";
import { parseTraceparent, TraceIds } from "../../src/app/telemetry/trace-ids.ts";
import { createQuietTracer } from "../../src/app/telemetry/tracer.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

describe("parseTraceparent", () => {
  it.each([
    ["of the first version", `00-${TRACE}-${SPAN}-01`, true],
    ["that is not sampled", `00-${TRACE}-${SPAN}-00`, false],
    ["with flags of later days", `00-${TRACE}-${SPAN}-ff`, true],
    ["of a later version, which may be longer", `cc-${TRACE}-${SPAN}-01-what-comes-later`, true],
  ])("reads a header %s", (_title, header, isSampled) => {
    expect(parseTraceparent(header)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled });
  });

  it.each([
    ["absent", undefined],
    ["empty", ""],
    ["of the version that is none", `ff-${TRACE}-${SPAN}-01`],
    ["longer than its version has it", `00-${TRACE}-${SPAN}-01-more`],
    ["in upper case", `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ["without a trace", `00-${"0".repeat(32)}-${SPAN}-01`],
    ["without a span", `00-${TRACE}-${"0".repeat(16)}-01`],
    ["cut off", `00-${TRACE}-${SPAN}`],
    ["two in one", `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
    ["with a line of its own", `00-${TRACE}-${SPAN}-01\n{"level":"error"}`],
  ])("takes a header that is %s for none", (_title, header) => {
    expect(parseTraceparent(header)).toBeNull();
  });
});

describe("a log line", () => {
  it("bears the id of its trace, across whatever is awaited, and none outside one", async () => {
    const ids = new TraceIds();
    const lines: unknown[] = [];
    const log = createLogger("info", { write: (line) => void lines.push(JSON.parse(line)) }, ids);
    const tracer = createQuietTracer(ids);
    const tell = async (msg: string): Promise<void> => {
      await Promise.resolve();
      log.child({ flow: "drill" }).info({}, msg);
    };

    const known = tracer.begin("request", "x", {}, `00-${TRACE}-${SPAN}-01`).run(() => tell("a"));
    const own = tracer.begin("request", "x", {}).run(() => tell("b"));
    await Promise.all([known, own, tell("c")]);

    expect(lines).toMatchObject([
      { msg: "a", trace_id: TRACE },
      { msg: "b", trace_id: expect.stringMatching(/^[\da-f]{32}$/) },
      { msg: "c" },
    ]);
    expect(lines[2]).not.toHaveProperty("trace_id");
  });
});
