// Log lines found again by the exchange, or the completion, that they are about.

import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createLogger } from "../../src/app/telemetry/logger.ts";
import { LogLines } from "../../src/player/log-lines.ts";

function createLog() {
  const lines = new LogLines();
  const written: string[] = [];
  const log = createLogger("info", lines.tee({ write: (line) => void written.push(line) }));
  return { lines, written, log };
}

describe("LogLines", () => {
  it("keeps apart what exchanges log at the same time", async () => {
    const { lines, written, log } = createLog();
    const exchange = (name: string) =>
      lines.collect(async (id) => {
        const done = Promise.withResolvers<string>();
        lines.attribute(id, () => {
          void setImmediate().then(() => {
            log.warn({ name }, "noted");
            done.resolve(name);
          });
        });
        return done.promise;
      });

    const [one, other] = await Promise.all([exchange("one"), exchange("other")]);
    log.warn({}, "about neither");

    expect(one).toEqual({
      result: "one",
      lines: [{ level: "warn", message: "noted", fields: { name: "one" } }],
    });
    expect(other.lines.map(({ fields }) => fields)).toEqual([{ name: "other" }]);
    expect(written).toHaveLength(3);
  });

  it("attributes nothing to an exchange that is over, or never was", async () => {
    const { lines, log } = createLog();
    const { result: id, lines: collected } = await lines.collect(async (given) => given);

    lines.attribute(id, () => log.warn({}, "late"));
    lines.attribute("another", () => log.warn({}, "strange"));

    expect(collected).toEqual([]);
  });

  it("hands on what the log has made of an error, and not its message", async () => {
    const { lines, log } = createLog();

    const { lines: collected } = await lines.collect(async (id) => {
      lines.attribute(id, () => log.error({ err: new Error("canary"), data: "canary" }, "failed"));
    });

    expect(collected).toHaveLength(1);
    expect(JSON.stringify(collected)).not.toContain("canary");
  });

  it("remembers why a job failed the last time", () => {
    const { lines, log } = createLog();

    log.warn({ err: new TypeError("first"), queue: "completion", job: "7" }, "failed");
    log.warn({ err: new RangeError("second"), queue: "completion", job: "7" }, "failed");
    log.info({ job: "8" }, "begun");

    expect(lines.failureOf("7")).toMatch(/^completion: RangeError at .*log-lines\.test\.ts:\d+/);
    expect(lines.failureOf("8")).toBeNull();
  });
});
