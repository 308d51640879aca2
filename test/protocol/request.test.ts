import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { EndpointError } from "../../src/protocol/faults.ts";
import {
  type DataExchangeRequest,
  documentedErrorKey,
  parseFlowToken,
  parseRequest,
} from "../../src/protocol/request.ts";

function parse(request: unknown): unknown {
  return parseText(JSON.stringify(request));
}

/** The request, or the code of its fault. */
function parseText(text: string | Uint8Array): unknown {
  try {
    return parseRequest(Buffer.from(text));
  } catch (error) {
    return error instanceof EndpointError ? error.code : error;
  }
}

function parseExchange(request: object): DataExchangeRequest {
  const parsed = parseRequest(Buffer.from(JSON.stringify(request)));
  if (!("data" in parsed)) throw new Error(`parsed as ${parsed.kind}`);
  return parsed;
}

const SUBMIT = {
  version: "3.0",
  action: "data_exchange",
  screen: "APPOINTMENT",
  data: { trigger: "department_selected", n: [1, { a: null }] },
  flow_token: "token",
} as const;

describe("a data exchange request", () => {
  it("is read with all its fields", () => {
    expect(parse({ ...SUBMIT, version: "4.0", flow_token_signature: "a.b.c", extra: 1 })).toEqual({
      kind: "data_exchange",
      version: "4.0",
      screen: "APPOINTMENT",
      data: SUBMIT.data,
      flowToken: "token",
      flowTokenSignature: "a.b.c",
    });
  });

  it.each([
    ["INIT", "init"],
    ["data_exchange", "data_exchange"],
    ["BACK", "back"],
  ])("may be %s with nothing else", (action, kind) => {
    expect(parse({ action })).toEqual({
      kind,
      version: null,
      screen: null,
      data: {},
      flowToken: null,
      flowTokenSignature: null,
    });
  });

  it("may be INIT as clients send it, with an empty screen and empty data", () => {
    const request = { version: "3.0", action: "INIT", screen: "", data: {}, flow_token: "token" };

    expect(parse(request)).toMatchObject({ kind: "init", screen: null, data: {} });
  });

  it.each([
    "ping",
    "Init",
    "init",
    "back",
    "DATA_EXCHANGE",
    "data-exchange",
    "navigate",
    "complete",
    "",
  ])("is not one with the action %j", (action) => {
    expect(parse({ ...SUBMIT, action })).toEqual(
      action === "ping" ? { kind: "ping" } : "UNKNOWN_ACTION",
    );
  });

  it.each([null, 1, true, ["INIT"], { action: "INIT" }])(
    "is not one with the action %j",
    (action) => {
      expect(parse({ ...SUBMIT, action })).toBe("UNKNOWN_ACTION");
    },
  );

  it("is not one without an action", () => {
    expect(parse({ screen: "APPOINTMENT" })).toBe("UNKNOWN_ACTION");
  });

  it("has the last of several actions", () => {
    expect(parseText('{"action":"BACK","action":"INIT"}')).toMatchObject({ kind: "init" });
  });
});

describe("the version", () => {
  it.each([
    ["3.0", "3.0"],
    ["2.0", "2.0"],
    ["99.0", "99.0"],
    [300, "300"],
    [3.5, "3.5"],
    ["", null],
    [null, null],
    [{}, null],
  ])("%j is read as %j and refuses nothing", (version, expected) => {
    expect(parseExchange({ ...SUBMIT, version }).version).toBe(expected);
  });
});

describe("the flow token", () => {
  it.each(["token", "Unused", " ", "\r\n\u001b[31m", "x".repeat(4_096)])("is %j", (token) => {
    expect(parseExchange({ ...SUBMIT, flow_token: token }).flowToken).toBe(token);
  });

  it.each([undefined, null, "", "unused", 7, true, ["token"], { token: 1 }])(
    "is none when the field holds %j",
    (token) => {
      expect(parseExchange({ ...SUBMIT, flow_token: token }).flowToken).toBeNull();
      expect(parseFlowToken(token)).toBeNull();
    },
  );
});

describe("the screen", () => {
  it.each(["", null, 5, ["APPOINTMENT"]])("is none when the field holds %j", (screen) => {
    expect(parseExchange({ ...SUBMIT, screen }).screen).toBeNull();
  });
});

describe("the data", () => {
  it.each([[[]], [["a"]], ["text"], [""], [0], [false]])(
    "of an exchange is refused when it is %j",
    (data) => {
      expect(parse({ ...SUBMIT, data })).toBe("BAD_REQUEST");
    },
  );

  it.each([null, undefined])("of an exchange is empty when it is %j", (data) => {
    expect(parseExchange({ ...SUBMIT, data }).data).toEqual({});
  });

  it.each(["INIT", "BACK"])("of %s matters to nobody and is never refused", (action) => {
    expect(parseExchange({ action, data: ["a"] }).data).toEqual({});
  });

  it("inherits nothing", () => {
    const { data } = parseExchange({ action: "data_exchange", data: { a: 1 } });

    expect([data["toString"], data["constructor"], data["hasOwnProperty"]]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("holds names that objects usually inherit, when they are sent", () => {
    const data = {
      toString: "a",
      hasOwnProperty: "b",
      constructor: { prototype: { polluted: 1 } },
    };

    expect({ ...parseExchange({ action: "data_exchange", data }).data }).toEqual(data);
    expect({}).not.toHaveProperty("polluted");
  });

  it.each([
    ["NUL", '"\\u0000"', "\u0000"],
    ["a lone surrogate", '"\\ud800"', "\ud800"],
    [
      "text from right to left, zalgo and emoji",
      '"\u202eZ\u0351\u036b👩‍👩‍👧"',
      "\u202eZ\u0351\u036b👩‍👩‍👧",
    ],
    ["a number beyond every double", "1e400", Infinity],
    ["an integer of 20 digits", "12345678901234567890", 12345678901234567000],
    ["SQL", '"\'; drop table completions; --"', "'; drop table completions; --"],
    ["a megabyte", JSON.stringify("a".repeat(1_000_000)), "a".repeat(1_000_000)],
  ])("holds %s as sent", (_, json, value) => {
    expect(parseText(`{"action":"data_exchange","data":{"a":${json}}}`)).toMatchObject({
      data: { a: value },
    });
  });
});

describe("a health check", () => {
  it.each([
    ["as Meta sends it", { version: "3.0", action: "ping" }],
    ["without a version", { action: "ping" }],
    ["with other fields", { action: "ping", screen: 5, data: ["x"], flow_token: "token" }],
  ])("is recognised %s", (_, request) => {
    expect(parse(request)).toEqual({ kind: "ping" });
  });
});

describe("an error notification", () => {
  const DATA = { error: "payload-schema-error", error_message: "…" };

  it("is read with all its fields", () => {
    expect(parse({ ...SUBMIT, data: DATA })).toEqual({
      kind: "error-notification",
      action: "data_exchange",
      screen: "APPOINTMENT",
      errorKey: "payload-schema-error",
      flowToken: "token",
    });
  });

  it.each([
    ["a key named error alone", { error: "a" }, "a"],
    ["a key named error_key", { error_key: "b" }, "b"],
    ["both keys", { error: "a", error_key: "b" }, "a"],
    ["both keys, one of them text", { error: 1, error_key: "b" }, "b"],
    ["an empty key", { error: "" }, null],
    ["a message of another type", { error: "a", error_message: { x: 1 } }, "a"],
  ])("is recognised by %s", (_, data, errorKey) => {
    expect(parse({ action: "INIT", data })).toMatchObject({ kind: "error-notification", errorKey });
  });

  it.each(["ping", "navigate", 5, undefined])("is recognised whatever the action: %j", (action) => {
    expect(parse({ action, data: DATA })).toMatchObject({
      kind: "error-notification",
      action: typeof action === "string" ? action : null,
    });
  });

  it.each([
    ["a message alone", { error_message: "a" }],
    ["a key that is not text", { error: 5 }],
    ["a key that is null", { error: null, error_message: "a" }],
    ["another field beside the key", { error: "a", name: "b" }],
    ["nothing", {}],
  ])("is not what a form with %s sends", (_, data) => {
    expect(parse({ ...SUBMIT, data })).toMatchObject({ kind: "data_exchange", data });
  });
});

describe("clear text that is no acceptable JSON object", () => {
  it.each(["", " ", "null", "[]", '"text"', "1", "true", "{", "{}x", "undefined", "\ufeff{}"])(
    "is refused: %j",
    (text) => {
      expect(parseText(text)).toBe("BAD_REQUEST");
    },
  );

  it.each([
    ["33 levels", `{"action":"ping","data":${"[".repeat(32)}${"]".repeat(32)}}`],
    ["10,000 levels", `{"action":"ping","data":${"[".repeat(1e4)}${"]".repeat(1e4)}}`],
    ["100,000 levels", `${'{"a":'.repeat(1e5)}1${"}".repeat(1e5)}`],
    ["20,000 keys", `{"action":"ping","data":{${'"a":1,'.repeat(2e4)}"b":2}}`],
    ["__proto__", '{"action":"ping","__proto__":{}}'],
    ["__proto__ in its data", '{"action":"ping","data":{"__proto__":{"polluted":1}}}'],
    ["__proto__ in an array", '{"action":"ping","data":[{"__proto__":{}}]}'],
    ["an escaped __proto__", '{"action":"ping","data":{"__pr\\u006fto__":{}}}'],
  ])("is refused with %s", (_, text) => {
    expect(parseText(text)).toBe("BAD_REQUEST");
  });

  it("is refused when it is not UTF-8", () => {
    expect(parseText(Uint8Array.from([0x7b, 0xff, 0xfe, 0x7d]))).toBe("BAD_REQUEST");
  });
});

it("answers or refuses for any bytes and any JSON, and throws nothing else", () => {
  const request = fc.record(
    {
      action: fc.oneof(fc.constantFrom("INIT", "BACK", "data_exchange", "ping"), fc.jsonValue()),
      data: fc.jsonValue(),
      screen: fc.jsonValue(),
      flow_token: fc.jsonValue(),
      version: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const bytes = fc.oneof(
    fc.uint8Array(),
    request.map((value) => Buffer.from(JSON.stringify(value))),
  );
  fc.assert(
    fc.property(bytes, (value) => {
      const parsed = parseText(value);

      expect(typeof parsed === "object" ? parsed : { kind: parsed }).toMatchObject({
        kind: expect.stringMatching(
          /^(init|data_exchange|back|ping|error-notification|BAD_REQUEST|UNKNOWN_ACTION)$/,
        ),
      });
    }),
  );
});

describe("documented error keys", () => {
  it.each([
    ["payload-schema-error", "payload-schema-error"],
    ["PAYLOAD_SCHEMA_ERROR", "payload-schema-error"],
    ["INVALID_SCREEN_TRANSITION", "invalid-screen-transition"],
    ["response-decryption-error", "response-decryption-error"],
    ["business-decryption-error", "business-decryption-error"],
    ["PUBLIC_KEY_MISSING", "public-key-missing"],
    ["public-key-signature-verification", "public-key-signature-verification"],
    ["public-key-signiture-verification", "public-key-signature-verification"],
    ["timeout_error", "timeout_error"],
    ["Timeout-Error", "timeout_error"],
    ["TIMEOUT", "timeout_error"],
    ["CAPABILITY_ERROR", "missing_capability"],
    ["missing_capability", "missing_capability"],
    ["cannot_be_served", "cannot_be_served"],
    ["no_http_response_error", "no_http_response_error"],
    ["unexpected-http-status-code", "unexpected_http_status_code"],
  ])("%s is %s", (raw, key) => {
    expect(documentedErrorKey(raw)).toBe(key);
  });

  it.each(["", "toString", "__proto__", "payload-schema-error ", "x".repeat(10_000), null])(
    "%j is other",
    (raw) => {
      expect(documentedErrorKey(raw)).toBe("other");
    },
  );
});
