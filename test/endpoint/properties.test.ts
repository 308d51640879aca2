// What holds of every request whatever, tried on many.

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  APP_SECRET,
  buildServer,
  serverKeys,
  submit,
  type TestServer,
} from "../helpers/build-server.ts";
import { encrypt, type EnvelopeField, headersFor, spell, writeEnvelope } from "../helpers/phone.ts";
import { detailsOf, drillWith } from "./drill-with.ts";

const STATUSES = [200, 400, 404, 405, 409, 413, 415, 421, 427, 429, 432, 500, 503];
const FIELDS: readonly EnvelopeField[] = [
  "encrypted_flow_data",
  "encrypted_aes_key",
  "initial_vector",
];

let runs = 0;
const counting = drillWith({
  init: (reply) => {
    runs += 1;
    return reply.show("START");
  },
  start: (input, reply) => {
    runs += 1;
    return reply.show("DETAILS", { ...detailsOf(input), count: runs });
  },
});

describe("whatever is sent", () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await buildServer({
      handlers: [counting],
      settings: { RATE_LIMIT_PER_SECOND: "1000000" },
    });
  });

  afterAll(() => server.stop());

  async function deliverSigned(body: Buffer): Promise<{ status: number; body: string }> {
    const response = await server.app.inject({
      method: "POST",
      url: "/flows/drill",
      headers: headersFor(body, APP_SECRET),
      payload: body,
    });
    return { status: response.statusCode, body: response.body };
  }

  it("one flipped bit in any of the three fields never runs the handler", async () => {
    const token = server.mint();
    const { fields } = encrypt(serverKeys.publicKey, submit(token, "show", "note"));
    const flips = fc
      .constantFrom(...FIELDS)
      .chain((field) => fc.tuple(fc.constant(field), fc.nat(fields[field].length * 8 - 1)));

    await fc.assert(
      fc.asyncProperty(flips, async ([field, bit]) => {
        const runsBefore = runs;
        const flipped = Buffer.from(fields[field]);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));

        const answer = await deliverSigned(writeEnvelope(spell({ ...fields, [field]: flipped })));

        expect(answer).toEqual({ status: 421, body: "" });
        expect(runs).toBe(runsBefore);
      }),
      { numRuns: 150 },
    );
  });

  it("the same bytes get one answer from one run, at once and later", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ maxLength: 80 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 3 }),
        async (note, atOnce, later) => {
          const request = server.phone.request(submit(server.mint(), "show", note));
          const runsBefore = runs;
          const answers = await Promise.all(
            Array.from({ length: atOnce }, () => server.deliver(request)),
          );
          for (let sent = 0; sent < later; sent += 1) answers.push(await server.deliver(request));

          expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
          expect(runs - runsBefore).toBe(1);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("any signed bytes that nobody encrypted get 400 or 421, and no words", async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array)),
      fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text)),
      fc
        .record({
          encrypted_flow_data: fc.oneof(fc.base64String(), fc.string()),
          encrypted_aes_key: fc.oneof(
            fc.base64String({ minLength: 344, maxLength: 344 }),
            fc.string(),
          ),
          initial_vector: fc.oneof(fc.base64String({ minLength: 24, maxLength: 24 }), fc.string()),
        })
        .map((envelope) => Buffer.from(JSON.stringify(envelope))),
    );

    await fc.assert(
      fc.asyncProperty(bytes, async (body) => {
        const answer = await deliverSigned(body);

        expect([400, 421]).toContain(answer.status);
        expect(answer.body).toBe("");
      }),
      { numRuns: 200 },
    );
  });

  it("any clear text gets one of the endpoint's statuses", async () => {
    const token = server.mint();
    const clear = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
      fc.json({ maxDepth: 6 }),
      fc
        .record(
          {
            version: fc.anything(),
            action: fc.oneof(
              fc.constantFrom("INIT", "data_exchange", "BACK", "ping"),
              fc.jsonValue(),
            ),
            screen: fc.oneof(fc.constantFrom("START", "DETAILS", "toString", ""), fc.jsonValue()),
            data: fc.oneof(fc.jsonValue(), fc.constant({ trigger: "next", behave: "show" })),
            flow_token: fc.oneof(fc.constant(token), fc.jsonValue()),
          },
          { requiredKeys: [] },
        )
        .map((request) =>
          JSON.stringify(request, (_key, value: unknown) =>
            typeof value === "bigint" ? 0 : value,
          ),
        ),
    );

    await fc.assert(
      fc.asyncProperty(clear, async (text) => {
        const answer = await server.send(text);

        expect(STATUSES).toContain(answer.status);
        expect(answer.body === "").toBe(answer.status !== 200 && answer.status !== 427);
      }),
      { numRuns: 200 },
    );
  });

  it("an unsigned request gets 432 and no words, whatever its signature says", async () => {
    const { body } = server.phone.request({ action: "ping" });
    let address = 0;

    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: "grapheme-ascii" }),
          fc
            .string({
              unit: fc.constantFrom(..."0123456789abcdef".split("")),
              minLength: 64,
              maxLength: 64,
            })
            .map((hex) => `sha256=${hex}`),
        ),
        async (signature) => {
          const response = await server.app.inject({
            method: "POST",
            url: "/flows/drill",
            // So many from one address would be refused for their number.
            remoteAddress: `192.0.2.${(address += 1) % 250}`,
            headers: { "content-type": "application/json", "x-hub-signature-256": signature },
            payload: body,
          });

          expect([response.statusCode, response.body]).toEqual([432, ""]);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("two users without a token", () => {
  it("never see a byte of each other", async () => {
    // Fails half of the time, so that fallbacks come into it.
    let failing = false;
    const handler = drillWith({
      start: (input, reply) => reply.show("DETAILS", detailsOf(input)),
      details: (input, reply) => {
        failing = !failing;
        if (failing) throw new Error("no");
        return reply.reject("again", { title: String(input["title"]), count: 0, bag: {} });
      },
    });
    await using server = await buildServer({
      handlers: [handler],
      settings: { FLOW_TOKEN_POLICY: "any", RATE_LIMIT_PER_SECOND: "1000000" },
    });
    const step = fc.record({
      user: fc.constantFrom("ALICE", "BOB"),
      screen: fc.constantFrom("START", "DETAILS", "BACK"),
      token: fc.constantFrom(undefined, "unused", ""),
    });

    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
        for (const { user, screen, token } of steps) {
          const data =
            screen === "START"
              ? { trigger: "next", behave: "show", note: user }
              : { title: user, count: 1, bag: { user } };
          const { clear } = await server.send({
            action: screen === "BACK" ? "BACK" : "data_exchange",
            screen: screen === "BACK" ? "DETAILS" : screen,
            data,
            flow_token: token,
          });

          expect(JSON.stringify([clear])).not.toContain(user === "ALICE" ? "BOB" : "ALICE");
        }
      }),
      { numRuns: 40 },
    );
  });
});
