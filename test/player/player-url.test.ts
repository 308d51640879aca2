// The URL that a development server prints: one that the player's guards accept, or none.

import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { playerUrl } from "../../src/app/create-player.ts";

const FILE = { contentType: "text/html", bytes: Buffer.alloc(0) };
const player = { key: "k", page: new Map([["index.html", FILE]]) };
const at = (address: string): AddressInfo => ({ address, family: "IPv4", port: 3000 });

describe("playerUrl", () => {
  it.each([
    ["127.0.0.1", "http://127.0.0.1:3000/player/#key=k"],
    ["0.0.0.0", "http://127.0.0.1:3000/player/#key=k"],
    ["::1", "http://[::1]:3000/player/#key=k"],
    ["::", "http://localhost:3000/player/#key=k"],
    ["192.168.0.2", null],
    ["127.0.0.2", null],
  ])("of a server at %s is %s", (address, url) => {
    expect(playerUrl([at(address)], null, player)).toBe(url);
  });

  it("is the first that this machine can open", () => {
    expect(playerUrl([at("192.168.0.2"), at("::1")], null, player)).toBe(
      "http://[::1]:3000/player/#key=k",
    );
  });

  it("is https where the server is", () => {
    const tls = { cert: Buffer.alloc(0), key: Buffer.alloc(0) };

    expect(playerUrl([at("127.0.0.1")], tls, player)).toMatch(/^https:/);
  });

  it("is none without a page", () => {
    expect(playerUrl([at("127.0.0.1")], null, { key: "k", page: new Map() })).toBeNull();
  });
});
