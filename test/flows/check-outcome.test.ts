// An outcome held against its flow's contract. How refusals are answered is tested with the endpoint.

import { defineFlow } from "flowpoint";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkOutcome, type OutcomeOrigin } from "../../src/flows/check-outcome.ts";
import { reply } from "../../src/flows/reply.ts";
import { flow as drill } from "../helpers/fixture-flows/drill/contract.gen.ts";

const onStart: OutcomeOrigin = { action: "data_exchange", screen: "START" };
const onInit: OutcomeOrigin = { action: "init", screen: null };
const details = { title: "t", count: 1, bag: {} };

describe("an outcome", () => {
  it.each([
    [onInit, "START", {}],
    [onStart, "START", {}],
    [onStart, "DETAILS", details],
    [{ action: "data_exchange", screen: "SUMMARY" }, "DETAILS", details],
    [{ action: "back", screen: "DETAILS" }, "START", {}],
  ] as const)("may show, from %j, screen %s", (origin, screen, data) => {
    expect(checkOutcome(drill, null, origin, reply.show(screen, data))).toEqual({
      kind: "accepted",
      outcome: { kind: "screen", screen, data, errorMessage: null },
    });
  });

  it.each([
    [onInit, "DETAILS", details],
    [onStart, "SUMMARY", { line: "x" }],
    [onStart, "NOWHERE", {}],
    [onStart, "constructor", {}],
    [{ action: "back", screen: "FILES" }, "DETAILS", details],
  ] as const)("may not show, from %j, screen %s", (origin, screen, data) => {
    expect(checkOutcome(drill, null, origin, reply.show(screen, data)).kind).toBe("refused");
  });

  it.each(["error_message", "extension_message_response"])(
    "may not hold %s in its data, even where the model declares it",
    (key) => {
      const flow = defineFlow({
        ...drill,
        screens: {
          ...drill.screens,
          START: { ...drill.screens.START, data: z.object({ [key]: z.string() }) },
        },
      });

      expect(checkOutcome(flow, null, onInit, reply.show("START", { [key]: "CANARY" }))).toEqual({
        kind: "refused",
        screen: "START",
        reason: `data.${key} is reserved; use reply.reject or reply.finish`,
      });
    },
  );

  it("hands final parameters over as they were given, after the completion schema took them", () => {
    const completion = z.object({ at: z.string().transform(Number) });
    const params = { at: "7", more: true };

    expect(checkOutcome(drill, completion, onStart, reply.finish(params))).toEqual({
      kind: "accepted",
      outcome: { kind: "final", params },
    });
    expect(checkOutcome(drill, completion, onStart, reply.finish({ at: 7 }))).toEqual({
      kind: "refused",
      screen: "START",
      reason: "params.at (invalid_type)",
    });
  });

  it("names no more than three paths of what is wrong", () => {
    const flow = defineFlow({
      ...drill,
      screens: {
        ...drill.screens,
        START: {
          ...drill.screens.START,
          data: z.object({ a: z.string(), b: z.string(), c: z.string(), d: z.string() }),
        },
      },
    });

    expect(checkOutcome(flow, null, onInit, reply.show("START", {}))).toMatchObject({
      reason: "data.a (invalid_type), data.b (invalid_type), data.c (invalid_type)",
    });
  });

  it("that is anything at all gets a verdict, and no exception", () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.record({
        kind: fc.constantFrom("show", "reject", "finish", "expire"),
        screen: fc.anything(),
        data: fc.anything(),
        message: fc.anything(),
        params: fc.anything(),
      }),
    );

    fc.assert(
      fc.property(anything, fc.constantFrom(onInit, onStart), (outcome, origin) => {
        const verdict = checkOutcome(drill, null, origin, outcome);

        expect(["accepted", "refused"]).toContain(verdict.kind);
      }),
    );
  });
});
