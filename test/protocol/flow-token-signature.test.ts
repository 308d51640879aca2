import { createHmac } from "node:crypto";

import { describe, expect, it } from "vitest";

import { verifyFlowTokenSignature } from "../../src/protocol/flow-token-signature.ts";

const APP_SECRET = "app-secret";

function jwt(
  payload: unknown,
  secret = APP_SECRET,
  header: unknown = { alg: "HS256", typ: "JWT" },
): string {
  const signed = [header, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

describe("Meta's signature over the flow token", () => {
  it("is valid under the app secret", async () => {
    const signature = jwt({ flow_token: "token" });

    expect(verifyFlowTokenSignature(signature, "token", [APP_SECRET])).toBe("valid");
  });

  it("is valid under either secret while one is being rotated", async () => {
    const signature = jwt({ flow_token: "token" });

    expect(verifyFlowTokenSignature(signature, "token", ["new", APP_SECRET])).toBe("valid");
  });

  it("is valid with other claims, even an expiry in the past", async () => {
    const signature = jwt({ flow_token: "token", iat: 1, exp: 2, nbf: 9e9 });

    expect(verifyFlowTokenSignature(signature, "token", [APP_SECRET])).toBe("valid");
  });

  it("is valid over Meta's default token, which is no token", async () => {
    const signature = jwt({ flow_token: "unused" });

    expect(verifyFlowTokenSignature(signature, null, [APP_SECRET])).toBe("valid");
  });

  it("is missing when there is none", async () => {
    expect(verifyFlowTokenSignature(null, "token", [APP_SECRET])).toBe("missing");
  });

  it.each<[string, string, string | null]>([
    ["over another token", jwt({ flow_token: "other" }), "token"],
    ["over a token when the request has none", jwt({ flow_token: "token" }), null],
    ["over Meta's default when the request has a token", jwt({ flow_token: "unused" }), "token"],
    ["without a token", jwt({}), "token"],
    ["without a token, as the request", jwt({}), null],
    ["over a token that is no text", jwt({ flow_token: ["token"] }), "token"],
    ["under another secret", jwt({ flow_token: "token" }, "other"), "token"],
    [
      "that claims no algorithm",
      jwt({ flow_token: "token" }, APP_SECRET, { alg: "none" }),
      "token",
    ],
    ["that claims HS384", jwt({ flow_token: "token" }, APP_SECRET, { alg: "HS384" }), "token"],
    ["that is not a JWT", "not a JWT", "token"],
    ["of two parts", jwt({ flow_token: "token" }).split(".").slice(0, 2).join("."), "token"],
  ])("is invalid %s", async (_, signature, flowToken) => {
    expect(verifyFlowTokenSignature(signature, flowToken, [APP_SECRET])).toBe("invalid");
  });

  it.each([
    ["there is no secret", [] as const],
    ["the secret is empty", [""] as const],
  ])("is invalid when %s", async (_, secrets) => {
    const signature = jwt({ flow_token: "token" }, "");

    expect(verifyFlowTokenSignature(signature, "token", secrets)).toBe("invalid");
  });
});
