// What a log line may tell about an error, and what never gets into one.

import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  createLogger,
  type DescribedError,
  describeError,
} from "../../src/app/telemetry/logger.ts";
import { EndpointError } from "../../src/protocol/faults.ts";

function captured(): {
  readonly log: ReturnType<typeof createLogger>;
  readonly text: () => string;
} {
  let text = "";
  const log = createLogger("trace", {
    write: (line: string) => {
      text += line;
    },
  });
  return { log, text: () => text };
}

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe("an error in the log", () => {
  it("is its type, its code and its place, but not its message", () => {
    const error = Object.assign(new RangeError("CANARY"), { code: "E_RANGE" });

    const described = describeError(error);

    expect(described).toMatchObject({ type: "RangeError", code: "E_RANGE" });
    expect(described.at?.[0]).toContain("logger.test.ts");
    expect(JSON.stringify(described)).not.toContain("CANARY");
  });

  it("tells a message that this server wrote", () => {
    const described = describeError(new EndpointError("UNKNOWN_FLOW", "no handler has this name"));

    expect(described.message).toBe("no handler has this name");
  });

  it("tells what the engine says of a property that is not there", () => {
    expect(describeError(thrownBy(() => (undefined as unknown as { a: string }).a)).message).toBe(
      "Cannot read properties of undefined (reading 'a')",
    );
  });

  it("does not tell a TypeError that only looks like the engine's", () => {
    const error = new TypeError("Cannot read properties of undefined (reading 'CANARY CANARY')");

    expect(JSON.stringify(describeError(error))).not.toContain("CANARY");
  });

  it("tells the causes the same way, three deep", () => {
    const chain = ["a", "b", "c", "d", "e"].reduceRight<unknown>(
      (cause, name) => Object.assign(new Error("CANARY", { cause }), { name }),
      undefined,
    );

    const described = describeError(chain);

    expect(described).toMatchObject({
      type: "a",
      cause: { type: "b", cause: { type: "c", cause: { type: "d" } } },
    });
    expect(JSON.stringify(described)).not.toMatch(/CANARY|"e"/);
  });

  it("does not take lines of a message for places in the code", () => {
    const error = new Error("CANARY\n    at CANARY (file:///x.ts:1:1)\n    at CANARY");

    expect(JSON.stringify(describeError(error))).not.toContain("CANARY");
  });

  it("tells no places where the message was changed after the fact", () => {
    const error = new Error("CANARY\n    at CANARY (file:///x.ts:1:1)");
    error.message = "another";

    expect(JSON.stringify(describeError(error))).not.toContain("CANARY");
  });

  it("does not quote the value that a schema stumbled over", () => {
    const { error } = z.object({ a: z.enum(["x"]) }).safeParse({ a: "CANARY" });

    expect(JSON.stringify(describeError(error))).not.toContain("CANARY");
  });

  it.each(["CANARY", { message: "CANARY" }, ["CANARY"], null, undefined, 1n])(
    "that is none is told by its kind alone: %s",
    (thrown) => {
      expect(describeError(thrown)).toEqual({ type: typeof thrown });
    },
  );
});

describe("a log line", () => {
  it("describes whatever is passed as err", () => {
    const { log, text } = captured();

    log.error({ err: new Error("CANARY") }, "it failed");

    expect(JSON.parse(text())).toMatchObject({
      level: "error",
      msg: "it failed",
      err: { type: "Error" },
    });
    expect(text()).not.toContain("CANARY");
  });

  it("describes an error whose message may be told as fully as any other", () => {
    const { log, text } = captured();

    log.error({ err: new EndpointError("UNKNOWN_FLOW", "no handler has this name") }, "it failed");

    expect(JSON.parse(text())).toMatchObject({
      err: { type: "EndpointError", code: "UNKNOWN_FLOW", message: "no handler has this name" },
    });
  });

  it("keeps the frames of an error whose message may be told", () => {
    const { log, text } = captured();

    log.error({ err: thrownBy(() => (undefined as unknown as { a: string }).a) }, "it failed");

    const { err } = JSON.parse(text()) as { readonly err: DescribedError };
    expect(err.type).toBe("TypeError");
    expect(err.at?.[0]).toContain("logger.test.ts");
  });

  it.each([
    "data",
    "body",
    "input",
    "params",
    "flowToken",
    "flow_token",
    "token",
    "phone",
    "secret",
  ])("hides %s, should anybody pass it", (field) => {
    const { log, text } = captured();

    log.info({ [field]: { deep: "CANARY" } }, "passed by mistake");

    expect(JSON.parse(text())).toMatchObject({ [field]: "[private]" });
    expect(text()).not.toContain("CANARY");
  });

  it("is one line, whatever is in it", () => {
    const { log, text } = captured();

    log.info({ flow: "a\r\nb\u001b[31m" }, "told\nwell");

    expect(text().split("\n")).toHaveLength(2);
    expect(JSON.parse(text())).toMatchObject({ flow: "a\r\nb\u001b[31m", msg: "told\nwell" });
  });
});
