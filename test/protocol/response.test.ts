import { describe, expect, it } from "vitest";

import {
  encodeAcknowledgement,
  encodeErrorMessage,
  encodeFinal,
  encodeNextScreen,
  encodePing,
} from "../../src/protocol/response.ts";

describe("the answers of an endpoint", () => {
  it("acknowledge a health check", () => {
    expect(encodePing()).toBe('{"data":{"status":"active"}}');
  });

  it("acknowledge an error notification", () => {
    expect(encodeAcknowledgement()).toBe('{"data":{"acknowledged":true}}');
  });

  it("show a screen", () => {
    expect(encodeNextScreen("S", { t: "Olá 👋", list: [1] })).toBe(
      '{"screen":"S","data":{"t":"Olá 👋","list":[1]}}',
    );
  });

  it("finish with the flow token in the params", () => {
    expect(encodeFinal("token", { booking_id: "7" })).toBe(
      '{"screen":"SUCCESS","data":{"extension_message_response":{"params":{"booking_id":"7","flow_token":"token"}}}}',
    );
  });

  it("finish with the request's flow token, whatever the params say", () => {
    expect(JSON.parse(encodeFinal("token", { flow_token: "forged" }))).toEqual({
      screen: "SUCCESS",
      data: { extension_message_response: { params: { flow_token: "token" } } },
    });
  });

  it("finish without a flow token when there is none", () => {
    expect(JSON.parse(encodeFinal(null, { a: 1 }))).toEqual({
      screen: "SUCCESS",
      data: { extension_message_response: { params: { a: 1 } } },
    });
  });

  it("end a message for good", () => {
    expect(encodeErrorMessage('expired "now"')).toBe('{"error_msg":"expired \\"now\\""}');
  });

  it("write lone surrogates so that UTF-8 can carry them", () => {
    const text = encodeNextScreen("S", { t: "\ud800" });

    expect(JSON.parse(Buffer.from(text).toString())).toEqual({
      screen: "S",
      data: { t: "\ud800" },
    });
  });

  it.each([
    ["a BigInt", { n: 1n }],
    ["a cycle", cyclic()],
  ])("refuse data with %s", (_, data) => {
    expect(() => encodeNextScreen("S", data)).toThrow(TypeError);
    expect(() => encodeFinal(null, data)).toThrow(TypeError);
  });
});

function cyclic(): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  data["self"] = data;
  return data;
}
