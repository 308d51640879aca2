// Who may use the player: a browser on this very machine, at an address that names this machine, with nothing between
// the two. A request that a proxy or a tunnel passed on comes from the Internet, whatever its peer's address says.

import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { BlockList, isIPv6 } from "node:net";
import { TLSSocket } from "node:tls";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Any other name may be a stranger's that was made to resolve to this machine. */
const HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?$/i;

/** What proxies, balancers, content delivery networks and tunnels add; no browser sends any of it. */
const FORWARDING =
  /^(?:forwarded|via|cdn-loop|client-ip|true-client-ip|x-(?:forwarded|real-ip|client|cluster|original|envoy|amz|proxy|azure|vercel|appengine|cloud).*|(?:cf|fastly|fly|proxy|tailscale|ngrok)-.*)$/;

export function isLoopbackAddress(address: string): boolean {
  return loopback.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

/** Whether nothing but this machine has a part in a request. */
export function isLocalRequest({ socket, headers, httpVersion }: IncomingMessage): boolean {
  const { remoteAddress, localPort } = socket;
  if (remoteAddress === undefined || !isLoopbackAddress(remoteAddress)) return false;
  // Proxies speak it to what is behind them; browsers have long forgotten it.
  if (httpVersion === "1.0") return false;
  if (Object.keys(headers).some((name) => FORWARDING.test(name))) return false;
  const host = HOST.exec(headers.host ?? "");
  return host !== null && Number(host[1] ?? defaultPort(socket)) === localPort;
}

/** Whether a page of our own sent it, or no page at all. For local requests only. */
export function isSameOrigin({ socket, headers }: IncomingMessage): boolean {
  const { origin, "sec-fetch-site": site } = headers;
  const isOwnSite = site === undefined || site === "same-origin" || site === "none";
  return isOwnSite && (origin === undefined || origin === `${schemeOf(socket)}://${headers.host}`);
}

/** Compares in constant time. */
export function createKeyCheck(key: string): (given: unknown) => boolean {
  const digest = digestOf(key);
  return (given) => typeof given === "string" && timingSafeEqual(digestOf(given), digest);
}

/** The address that this server was reached at, as a URL without a path. */
export function ownOrigin({ socket }: IncomingMessage): string {
  const { localAddress = "127.0.0.1", localPort } = socket;
  const address = localAddress.replace(/^::ffff:/i, "");
  return `${schemeOf(socket)}://${isIPv6(address) ? `[${address}]` : address}:${localPort}`;
}

function schemeOf(socket: IncomingMessage["socket"]): "http" | "https" {
  return socket instanceof TLSSocket ? "https" : "http";
}

function defaultPort(socket: IncomingMessage["socket"]): number {
  return socket instanceof TLSSocket ? 443 : 80;
}

/** Of one length for any key. */
function digestOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
