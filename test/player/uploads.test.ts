// A file from the player's picker to a handler: encrypted as WhatsApp does it, kept by the server, fetched over HTTP by
// the downloader that handlers are given.

import { createCipheriv, createHash, createHmac, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMedia } from "../../src/storage/media.ts";
import { makeCertificate } from "../cli/make-certificate.ts";
import { ask, PLAYER_KEY, type PlayerServer, startPlayer } from "./player-server.ts";

const CLEAR = Buffer.from("the picture of a broken lamp");
const { signal } = new AbortController();

describe("uploads of the player", () => {
  let player: PlayerServer;

  beforeAll(async () => {
    player = await startPlayer();
  });

  afterAll(() => player.stop());

  it("reach a handler, fetched and decrypted", async () => {
    const { encrypted, metadata } = encrypt(CLEAR);

    const uploaded = await upload(player, encrypted);
    const media = createMedia((url) => player.media.locate(url));
    const fetched = await media.fetch(describeUpload(uploaded, metadata), signal);

    expect(uploaded).toMatch(/^https:\/\//);
    expect(fetched).toEqual(CLEAR);
  });

  it("are fetched from a server with a certificate of its own", async () => {
    const { certificate, key } = makeCertificate("server.example");
    const tls = { cert: Buffer.from(certificate), key: Buffer.from(key) };
    const secured = await startPlayer({ tls });
    const { encrypted, metadata } = encrypt(CLEAR);

    const cdnUrl = secured.media.keep(encrypted, `https://127.0.0.1:${secured.port}`);
    const media = createMedia((url) => secured.media.locate(url));
    const fetched = await media.fetch(describeUpload(cdnUrl, metadata), signal);
    await secured.stop();

    expect(fetched).toEqual(CLEAR);
  });

  it("open no other address of this machine to a handler", async () => {
    const { encrypted, metadata } = encrypt(CLEAR);
    const uploaded = await upload(player, encrypted);
    const id = uploaded.split("/").at(-1) ?? "";
    const media = createMedia((url) => player.media.locate(url));
    const others = [
      `http://127.0.0.1:${player.port}/player/media/${id}`,
      `https://127.0.0.1:${player.port}/player/media/${id}`,
      uploaded.replace(id, "0".repeat(32)),
      `${uploaded}/../${id}`,
      uploaded.replace("https://", "https://me@"),
    ];

    for (const url of others) {
      const fetching = media.fetch(describeUpload(url, metadata), signal);
      await expect(fetching).rejects.toMatchObject({ name: "MediaError", code: "BAD_URL" });
    }
  });

  it("cannot be fetched without the player, as in production", async () => {
    const { encrypted, metadata } = encrypt(CLEAR);
    const uploaded = await upload(player, encrypted);

    const fetching = createMedia().fetch(describeUpload(uploaded, metadata), signal);

    await expect(fetching).rejects.toMatchObject({ name: "MediaError" });
  });

  it("are refused with another content type, and without the key", async () => {
    const asText = await ask(player.port, "/player/api/media", {
      method: "POST",
      headers: { "x-player-key": PLAYER_KEY, "content-type": "text/plain" },
      body: "x",
    });
    const withoutKey = await ask(player.port, "/player/api/media", {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: "x",
    });

    expect(asText.status).toBe(415);
    expect(withoutKey.status).toBe(404);
  });

  it("make room for new ones", () => {
    const size = 25 * 1024 * 1024;
    const origin = `http://127.0.0.1:${player.port}`;

    const urls = Array.from({ length: 8 }, () => player.media.keep(Buffer.alloc(size), origin));

    expect(player.media.locate(urls.at(0) ?? "")).toBeNull();
    expect(player.media.locate(urls.at(-1) ?? "")).not.toBeNull();
  });
});

async function upload({ port }: PlayerServer, encrypted: Buffer): Promise<string> {
  const { status, body } = await ask(port, "/player/api/media", {
    method: "POST",
    headers: { "x-player-key": PLAYER_KEY, "content-type": "application/octet-stream" },
    body: encrypted,
  });
  expect(status).toBe(200);
  // The route's answer, as src/player/api.ts has it.
  return (JSON.parse(body) as { readonly cdnUrl: string }).cdnUrl;
}

type Metadata = Readonly<
  Record<"encrypted_hash" | "plaintext_hash" | "encryption_key" | "hmac_key" | "iv", string>
>;

function describeUpload(cdnUrl: string, metadata: Metadata) {
  return {
    media_id: "790aba14-5f4a-4dbd-b9f8-5a5a3a2a1a0a",
    cdn_url: cdnUrl,
    file_name: "lamp.jpg",
    encryption_metadata: metadata,
  };
}

/** Meta, "Media upload components": AES-256-CBC, then ten bytes of an HMAC over IV and ciphertext. */
function encrypt(clear: Buffer): { readonly encrypted: Buffer; readonly metadata: Metadata } {
  const [key, hmacKey, iv] = [randomBytes(32), randomBytes(32), randomBytes(16)];
  const cipher = createCipheriv("aes-256-cbc", key, iv);
  const ciphertext = Buffer.concat([cipher.update(clear), cipher.final()]);
  const mac = createHmac("sha256", hmacKey).update(iv).update(ciphertext).digest();
  const encrypted = Buffer.concat([ciphertext, mac.subarray(0, 10)]);
  return {
    encrypted,
    metadata: {
      encrypted_hash: createHash("sha256").update(encrypted).digest("base64"),
      plaintext_hash: createHash("sha256").update(clear).digest("base64"),
      encryption_key: key.toString("base64"),
      hmac_key: hmacKey.toString("base64"),
      iv: iv.toString("base64"),
    },
  };
}
