// Who may use the player. Everybody else learns nothing, not even that it is there.

import { createServer, request as httpRequest } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isLoopbackAddress } from "../../src/player/guard.ts";
import { ask, PLAYER_KEY, type PlayerServer, startPlayer } from "./player-server.ts";

const KEY = { "x-player-key": PLAYER_KEY };

describe("the player's guards", () => {
  let player: PlayerServer;
  let proxy: Proxy;

  beforeAll(async () => {
    player = await startPlayer();
    proxy = await startProxy(player.port);
  });

  afterAll(async () => {
    await proxy.stop();
    await player.stop();
  });

  /** What the server answers where nothing is. */
  async function assertNothing(
    path: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<void> {
    const [refused, unknown] = await Promise.all([
      ask(player.port, path, { headers }),
      ask(player.port, "/nothing/here"),
    ]);
    const { date: _, ...refusedHeaders } = refused.headers;
    const { date: __, ...unknownHeaders } = unknown.headers;

    expect(refused.status).toBe(404);
    expect(refused.body).toBe("");
    expect(refusedHeaders).toEqual(unknownHeaders);
  }

  it.each(["127.0.0.1", "localhost", "[::1]", "LOCALHOST"])("opens at %s", async (name) => {
    const host = `${name}:${player.port}`;

    const page = await ask(player.port, "/player/", { headers: { host } });
    const api = await ask(player.port, "/player/api/flows", { headers: { host, ...KEY } });

    expect([page.status, page.body]).toEqual([200, "the page"]);
    expect(api.status).toBe(200);
  });

  it.each([
    ["a stranger's name", "evil.example"],
    ["a name that begins like this machine's", "localhost.evil.example"],
    ["an address of the network", "192.168.0.2"],
    ["another loopback address", "127.0.0.2"],
  ])("is not there for %s as the host", async (_what, name) => {
    const host = `${name}:${player.port}`;

    await assertNothing("/player/", { host });
    await assertNothing("/player/assets/main.js", { host });
    await assertNothing("/player/api/flows", { host, ...KEY });
  });

  it("is not there for a host without its port, or with another", async () => {
    await assertNothing("/player/", { host: "127.0.0.1" });
    await assertNothing("/player/", { host: `127.0.0.1:${player.port === 1 ? 2 : 1}` });
  });

  it.each([
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "x-client-ip",
    "x-original-host",
    "true-client-ip",
    "cf-connecting-ip",
    "cf-ray",
    "cdn-loop",
    "fly-client-ip",
    "x-amzn-trace-id",
    "ngrok-agent-ips",
    "tailscale-user-login",
  ])("is not there for a request with %s", async (header) => {
    await assertNothing("/player/", { [header]: "127.0.0.1" });
    await assertNothing("/player/api/flows", { [header]: "127.0.0.1", ...KEY });
  });

  it("is not there behind a reverse proxy that says whom it speaks for", async () => {
    const page = await ask(proxy.port, "/player/");
    const api = await ask(proxy.port, "/player/api/flows", { headers: KEY });

    expect([page.status, page.body]).toEqual([404, ""]);
    expect([api.status, api.body]).toEqual([404, ""]);
  });

  it("is not there behind one that passes on the name it was called by", async () => {
    const headers = { ...KEY, host: "player.example", "x-proxy-is-quiet": "yes" };

    const api = await ask(proxy.port, "/player/api/flows", { headers });

    expect([api.status, api.body]).toEqual([404, ""]);
  });

  it("is not there in HTTP/1.0, which proxies speak", async () => {
    const socket = connect(player.port, "127.0.0.1");
    socket.end(`GET /player/ HTTP/1.0\r\nHost: 127.0.0.1:${player.port}\r\n\r\n`);

    expect(await text(socket)).toMatch(/^HTTP\/1\.1 404 /);
  });

  it.each([
    ["none", undefined],
    ["a wrong one", "key-of-another"],
    ["an empty one", ""],
    ["the beginning of the right one", PLAYER_KEY.slice(0, -1)],
  ])("wants the key, and refuses %s", async (_what, key) => {
    const headers = key === undefined ? {} : { "x-player-key": key };

    await assertNothing("/player/api/flows", headers);
    await assertNothing(`/player/api/events?key=${key ?? ""}`, {});
  });

  it("takes the key in the URL too, for those that can send no header", async () => {
    expect((await ask(player.port, `/player/api/flows?key=${PLAYER_KEY}`)).status).toBe(200);
  });

  it.each([
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://localhost" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ])("is not there for the pages of others: %o", async (headers) => {
    await assertNothing("/player/api/flows", { ...headers, ...KEY });
  });

  it("takes requests of its own page", async () => {
    const own = { origin: `http://127.0.0.1:${player.port}`, "sec-fetch-site": "same-origin" };

    const api = await ask(player.port, "/player/api/flows", { headers: { ...own, ...KEY } });

    expect(api.status).toBe(200);
  });

  it("lets the page run and load nothing but its own files", async () => {
    const { headers } = await ask(player.port, "/player/");

    const policy = String(headers["content-security-policy"]).split("; ");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy.join()).not.toMatch(/unsafe/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["cache-control"]).toBe("no-store");
  });
});

describe("isLoopbackAddress", () => {
  it.each(["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])("knows %s", (address) => {
    expect(isLoopbackAddress(address)).toBe(true);
  });

  it.each(["192.168.0.2", "10.0.0.1", "::ffff:10.0.0.1", "fe80::1", "2001:db8::1", "0.0.0.0"])(
    "refuses %s",
    (address) => {
      expect(isLoopbackAddress(address)).toBe(false);
    },
  );
});

type Proxy = { readonly port: number; readonly stop: () => Promise<void> };

/** Passes everything on; says for whom, or passes on the name it was called by. */
async function startProxy(targetPort: number): Promise<Proxy> {
  const server = createServer((incoming, outgoing) => {
    const { "x-proxy-is-quiet": isQuiet, ...headers } = incoming.headers;
    const added =
      isQuiet === undefined
        ? { host: `127.0.0.1:${targetPort}`, "x-forwarded-for": "203.0.113.9" }
        : {};
    const { method, url } = incoming;
    const passedOn = { host: "127.0.0.1", port: targetPort, method, path: url };
    incoming.pipe(
      httpRequest({ ...passedOn, headers: { ...headers, ...added }, agent: false }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    // A TCP listener has one.
    port: (server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
