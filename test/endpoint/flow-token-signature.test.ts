// Meta's own signature over the flow token, for flows of data API 4.0 that want it checked.

import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { APP_SECRET, buildServer, submit } from "../helpers/build-server.ts";
import { drillWith, EXPIRED, goBack, open, PING } from "./drill-with.ts";

function signatureOf(
  flowToken: unknown,
  secret = APP_SECRET,
  header: object = { alg: "HS256" },
): string {
  const text = [header, { flow_token: flowToken }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

type Policy = "off" | "log" | "enforce";

async function trial(policy: Policy, signature: (token: string) => unknown, clear = submit) {
  const handler = drillWith({}, { tokenSignature: policy });
  await using server = await buildServer({
    handlers: [handler],
    settings: { WHATSAPP_APP_SECRET: `${APP_SECRET},previous-app-secret` },
  });
  const token = server.mint();
  const request = { ...clear(token, "show"), flow_token_signature: signature(token) };
  const answer = await server.send(request);
  return { ...answer, log: server.log, token };
}

const BAD: readonly { readonly what: string; readonly make: (token: string) => unknown }[] = [
  { what: "missing", make: () => undefined },
  { what: "empty", make: () => "" },
  { what: "no text", make: () => 42 },
  { what: "nonsense", make: () => "a.b.c" },
  { what: "under another secret", make: (token) => signatureOf(token, "another secret") },
  { what: "under no secret", make: (token) => signatureOf(token, "") },
  { what: "of another token", make: () => signatureOf("another token") },
  { what: "alg none", make: (token) => signatureOf(token, APP_SECRET, { alg: "none" }) },
  {
    what: "of another algorithm",
    make: (token) => signatureOf(token, APP_SECRET, { alg: "HS512" }),
  },
];

describe("flow_token_signature", () => {
  it.each(BAD)("is not looked at when off: $what", async ({ make }) => {
    const { status, log } = await trial("off", make);

    expect(status).toBe(200);
    expect(log).toEqual([]);
  });

  it.each(BAD)("is told in the log when it should be: $what", async ({ make }) => {
    const { status, log, token } = await trial("log", make);

    expect(status).toBe(200);
    expect(log).toMatchObject([{ level: "warn", flow: "drill" }]);
    expect(JSON.stringify(log)).not.toContain(token);
  });

  it.each(BAD)("ends in 427 when enforced: $what", async ({ make }) => {
    const { status, clear, log, token } = await trial("enforce", make);

    expect({ status, clear }).toEqual({ status: 427, clear: EXPIRED });
    expect(log).toMatchObject([{ fault: "TOKEN_REFUSED" }]);
    expect(JSON.stringify(log)).not.toContain(token);
  });

  it.each(["off", "log", "enforce"] as const)("is taken when it is right: %s", async (policy) => {
    const { status, log } = await trial(policy, (token) => signatureOf(token));

    expect(status).toBe(200);
    expect(log).toEqual([]);
  });

  it("may be made with an app secret that is being rotated out", async () => {
    const { status } = await trial("enforce", (token) => signatureOf(token, "previous-app-secret"));

    expect(status).toBe(200);
  });

  it.each([
    { action: "INIT", clear: open },
    { action: "BACK", clear: goBack },
  ])("is enforced on $action too", async ({ clear }) => {
    const without = await trial(
      "enforce",
      () => undefined,
      (token) => clear(token),
    );
    const withIt = await trial("enforce", signatureOf, (token) => clear(token));

    expect([without.status, withIt.status]).toEqual([427, 200]);
  });

  it("is not asked of a ping or an error notification, which have none", async () => {
    const handler = drillWith({}, { tokenSignature: "enforce" });
    await using server = await buildServer({ handlers: [handler] });

    const ping = await server.send(PING);
    const notification = await server.send({ ...open("x"), data: { error: "timeout_error" } });

    expect([ping.status, notification.status]).toEqual([200, 200]);
  });

  it("proves delivery of no token where the flow takes none", async () => {
    const handler = drillWith({}, { tokenSignature: "enforce", tokens: "any" });
    await using server = await buildServer({ handlers: [handler] });

    const { status } = await server.send({
      ...submit("unused", "show"),
      flow_token_signature: signatureOf("unused"),
    });

    expect(status).toBe(200);
  });
});
