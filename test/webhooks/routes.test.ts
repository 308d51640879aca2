// What the listener itself decides: how often an address may come without a signature, and what becomes of clients that
// go away.

import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { completionPost, VERIFY_TOKEN } from "./notification.ts";
import {
  prepareEmbedded,
  type PreparedDatabase,
  type Received,
  type Sent,
  startWebhookServer,
  type WebhookServer,
} from "./webhook-server.ts";

const SUBSCRIPTION: Sent = {
  method: "GET",
  path: `/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token=${VERIFY_TOKEN}&hub.challenge=1`,
};
const UNSIGNED: Sent = { body: Buffer.from("{}") };

describe("the webhook's listener", () => {
  let prepared: PreparedDatabase;
  let server: WebhookServer;

  beforeAll(async () => {
    prepared = await prepareEmbedded();
  });

  afterAll(() => prepared.remove());

  // Each test is an address's first minute.
  const withServer = async (test: () => Promise<void>): Promise<void> => {
    server = await startWebhookServer(prepared.settings);
    try {
      await test();
    } finally {
      await server.stop();
    }
  };

  it("answers 429 to the 101st request of a minute that proves nothing", () =>
    withServer(async () => {
      const kinds = [UNSIGNED, SUBSCRIPTION, { method: "PUT" }, { path: "/nowhere" }];
      const statuses: number[] = [];
      for (let n = 0; n < 100; n++) {
        statuses.push((await server.send(kinds[n % kinds.length] ?? UNSIGNED)).status);
      }
      const over: Received[] = [];
      for (const kind of kinds) over.push(await server.send(kind));

      expect(new Set(statuses)).toEqual(new Set([401, 200, 405, 404]));
      expect(over.map(({ status }) => status)).toEqual([429, 429, 429, 429]);
      expect(over.map(({ body }) => body)).toEqual(["", "", "", ""]);
    }));

  it("never counts what is validly signed", () =>
    withServer(async () => {
      const signedStatuses = new Set<number>();
      for (let n = 0; n < 110; n++) {
        signedStatuses.add((await server.send(completionPost("signed"))).status);
      }
      const first = await server.send(UNSIGNED);
      for (let n = 0; n < 100; n++) await server.send(UNSIGNED);
      const signedOnce = await server.send(completionPost("signed"));

      expect(signedStatuses).toEqual(new Set([200]));
      expect(first.status).toBe(401);
      expect(signedOnce.status).toBe(200);
    }));

  it("keeps nothing of a body whose sender left in its middle, and all or nothing of one left after it", () =>
    withServer(async () => {
      const rowsBefore = await server.countRows();
      const { headers, body } = completionPost("left");
      const head = [
        "POST /webhooks/whatsapp HTTP/1.1",
        "Host: x",
        `X-Hub-Signature-256: ${headers["x-hub-signature-256"]}`,
        `Content-Length: ${body.length}`,
        "\r\n",
      ].join("\r\n");

      await sendAndLeave(server.url, Buffer.concat([Buffer.from(head), body.subarray(0, 50)]));
      const afterHalf = await server.countRows();
      await sendAndLeave(server.url, Buffer.concat([Buffer.from(head), body]));
      const afterWhole = await server.countRows();
      const repeated = await server.send(completionPost("left"));

      expect(afterHalf).toEqual(rowsBefore);
      expect(afterWhole.jobs).toBe(afterWhole.completions);
      expect(repeated.status).toBe(200);
      expect(await server.countRows()).toMatchObject({
        completions: rowsBefore.completions + 1,
        jobs: rowsBefore.jobs + 1,
      });
    }));
});

async function sendAndLeave(url: string, bytes: Buffer): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  await new Promise<void>((resolve) => {
    socket.write(bytes, () => {
      socket.resetAndDestroy();
      resolve();
    });
  });
}
