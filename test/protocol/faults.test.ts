import { describe, expect, it } from "vitest";

import { EndpointError, FAULTS } from "../../src/protocol/faults.ts";

describe("the fault table", () => {
  it.each([
    ["BAD_SIGNATURE", 432],
    ["UNKNOWN_FLOW", 404],
    ["ANSWER_NOT_HELD", 409],
    ["BAD_ENVELOPE", 400],
    ["UNDECRYPTABLE", 421],
    ["BAD_REQUEST", 400],
    ["UNKNOWN_ACTION", 400],
    ["TOKEN_REFUSED", 427],
    ["TOKEN_EXPIRED", 427],
    ["TOKEN_OF_ANOTHER_FLOW", 427],
    ["CONTRACT_CHANGED", 427],
    ["UNKNOWN_SCREEN", 400],
    ["INPUT_REFUSED", 400],
    ["HANDLER_FAILED", 500],
    ["HANDLER_TOO_SLOW", 500],
    ["OUTCOME_REFUSED", 500],
    ["OVERLOADED", 503],
    ["RATE_LIMITED", 503],
  ] as const)("answers %s with %i", (code, status) => {
    expect(FAULTS[code].status).toBe(status);
  });

  it.each(Object.entries(FAULTS))("has a remedy for %s", (_, { fix }) => {
    expect(fix).toMatch(/^[a-z].{10,}[^.]$/);
  });
});

it("carries code, message and cause", () => {
  const cause = new Error("inner");

  const error = new EndpointError("HANDLER_FAILED", "the handler threw", { cause });

  expect(error).toBeInstanceOf(Error);
  expect(String(error)).toBe("EndpointError: the handler threw");
  expect([error.code, error.cause]).toEqual(["HANDLER_FAILED", cause]);
});
