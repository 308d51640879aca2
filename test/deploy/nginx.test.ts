// The nginx example in front of the real command: what comes through is what was sent, both ways.

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Agent, request } from "undici";
import { afterAll, beforeAll, expect, it } from "vitest";
import { submit } from "../helpers/build-server.ts";
import { type Nginx, startNginx } from "../helpers/nginx.ts";
import { createPhone, headersFor } from "../helpers/phone.ts";
import {
  makeTemporaryFolder,
  mintForSpawned,
  SPAWNED_SECRETS,
  type SpawnedServer,
  spawnedKeys,
  spawnServer,
  WITHOUT_DATABASE,
} from "../helpers/spawn-server.ts";
import { requirePart } from "../parts/require-part.ts";

const APP_SECRET = SPAWNED_SECRETS.WHATSAPP_APP_SECRET.split(",")[0] ?? "";
const MEBIBYTE = 1024 * 1024;
const WEBHOOK = "/webhooks/whatsapp";

type Sent = {
  readonly method?: "POST" | "GET";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
};

const phone = createPhone(spawnedKeys.publicKey, APP_SECRET);
const PING = { version: "3.0", action: "ping" };

/** Not `fetch`, which sends what is answered 421 a second time. */
async function send(url: string, { method = "POST", path, headers = {}, body }: Sent) {
  const answer = await request(`${url}${path}`, {
    method,
    headers: { "accept-encoding": "gzip, br", ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  const {
    "content-encoding": encoding,
    "content-type": type,
    "retry-after": retry,
  } = answer.headers;
  return { status: answer.statusCode, bytes, encoding, type, retry };
}

const toDrill = (clear: object | string) => ({ path: "/flows/drill", ...phone.request(clear) });
const signed = (path: string, body: Buffer) => ({
  path,
  body,
  headers: headersFor(body, APP_SECRET),
});

requirePart("nginx")("nginx as in the example", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let server: SpawnedServer;
  let nginx: Nginx;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    server = await spawnServer(folder.path, WITHOUT_DATABASE);
    nginx = await startNginx([new URL(server.url).host]);
  });

  afterAll(async () => {
    await nginx.stop();
    await server.stop();
    await folder.remove();
  });

  it("keeps the signature good, whatever the bytes, and the answer uncompressed", async () => {
    const token = mintForSpawned();
    const { decrypt, ...asked } = toDrill(submit(token, "show", "ä \\/ 🙂".repeat(50)));

    const answer = await send(nginx.url, asked);

    expect(answer).toMatchObject({ status: 200, encoding: undefined, type: "text/plain" });
    expect(JSON.parse(decrypt(answer.bytes.toString()))).toMatchObject({ screen: "DETAILS" });
  });

  it("passes every status on as it is", async () => {
    const ping = phone.request(PING);
    const cases: readonly (Sent & { readonly status: number })[] = [
      { status: 400, ...signed("/flows/drill", Buffer.from("{}")) },
      { status: 404, path: "/flows/nowhere", ...ping },
      { status: 405, method: "GET", path: "/flows/drill" },
      { status: 415, path: "/flows/drill", ...ping, headers: { "content-type": "text/plain" } },
      { status: 421, path: "/flows/drill", ...phone.request(PING, { tagBytes: 4 }) },
      { status: 427, ...toDrill({ version: "3.0", action: "INIT", flow_token: "nobody's" }) },
      {
        status: 432,
        path: "/flows/drill",
        body: ping.body,
        headers: { "content-type": "application/json" },
      },
      { status: 401, path: WEBHOOK, body: Buffer.from("{}") },
      { status: 503, ...signed(WEBHOOK, Buffer.from("not JSON, so it is to be kept")) },
    ];
    for (const { status, ...sent } of cases) {
      const direct = await send(server.url, sent);
      const through = await send(nginx.url, sent);

      expect(through.status).toBe(status);
      // What is encrypted is encrypted once: the same bytes are answered with the same bytes.
      expect(through).toEqual(direct);
    }
  });

  it("lets through what the server takes, and no more", async () => {
    const exchange = signed("/flows/drill", Buffer.alloc(2 * MEBIBYTE, "a"));
    const webhook = signed(WEBHOOK, Buffer.alloc(4 * MEBIBYTE, "a"));
    const larger = signed(WEBHOOK, Buffer.alloc(4 * MEBIBYTE + 1, "a"));

    // Read, and found to be no envelope; read, and there is no database to keep it in.
    expect(await send(nginx.url, exchange)).toMatchObject({ status: 400 });
    expect(await send(nginx.url, webhook)).toMatchObject({ status: 503 });
    expect(await send(nginx.url, larger)).toMatchObject({ status: 413 });
  });

  it.each(["/metrics", "/livez", "/readyz", "/player/", "/"])("shows nobody %s", async (path) => {
    expect(await send(nginx.url, { method: "GET", path })).toMatchObject({ status: 404 });
  });
});

requirePart("nginx")("nginx and its servers", () => {
  it("share connections over many requests of many clients", async () => {
    const sockets = new Set<Socket>();
    const upstream = createServer((asked, reply) =>
      asked.resume().on("end", () => reply.end("ok")),
    );
    upstream.on("connection", (socket) => sockets.add(socket)).listen(0, "127.0.0.1");
    await once(upstream, "listening");
    // A listening TCP server has one.
    const nginx = await startNginx([`127.0.0.1:${(upstream.address() as AddressInfo).port}`]);
    try {
      for (let turn = 0; turn < 20; turn++) {
        const client = new Agent();
        const { statusCode, body } = await request(`${nginx.url}/flows/any`, {
          method: "POST",
          body: "{}",
          dispatcher: client,
        });
        expect([statusCode, await body.text()]).toEqual([200, "ok"]);
        await client.close();
      }

      expect(sockets.size).toBe(1);
    } finally {
      await nginx.stop();
      upstream.close();
      upstream.closeAllConnections();
    }
  });
});
