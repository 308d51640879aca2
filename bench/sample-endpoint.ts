// What people write who follow the documentation step by step, with nothing that a server needs beyond it: no limits, no
// memory, no contract, no deadlines. The private key is read from its encrypted PEM for each request, and the AES key is
// unwrapped on the event loop, by Node or, where BENCH_RSA is `forge`, in JavaScript. A process of its own; told
// anything, it answers with the delay of its event loop since it was last asked.

import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  privateDecrypt,
  timingSafeEqual,
} from "node:crypto";
import { createServer } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { text } from "node:stream/consumers";
import forge from "node-forge";

/** What the process is told at its start. */
export type SampleSettings = {
  readonly encryptedPem: string;
  readonly passphrase: string;
  readonly appSecret: string;
};

/** What it says once it listens. */
export type SampleReady = { readonly port: number };

export type LoopDelay = { readonly p99Ms: number; readonly maxMs: number };

const settings = JSON.parse(process.env["BENCH_SAMPLE"] ?? "") as SampleSettings;
const unwrap = process.env["BENCH_RSA"] === "forge" ? unwrapInJavaScript : unwrapWithNode;

const SLOTS = Array.from({ length: 8 }, (_, i) => ({
  id: `slot-${i}`,
  title: `${8 + i}:30`,
  description: "30 minutes with Ana, Calle Mayor 4, second floor",
}));

const server = createServer((request, response) => {
  void text(request).then((body) => {
    const claimed = Buffer.from(String(request.headers["x-hub-signature-256"]).slice(7), "hex");
    const expected = createHmac("sha256", settings.appSecret).update(body).digest();
    const isSigned = claimed.length === expected.length && timingSafeEqual(claimed, expected);
    const said = isSigned ? answer(body) : "";
    response.writeHead(isSigned ? 200 : 432, {
      "content-type": "text/plain",
      "content-length": said.length,
    });
    response.end(said);
  });
});

function answer(body: string): string {
  // Those who send here are our own.
  const fields = JSON.parse(body) as Readonly<Record<string, string>>;
  const bytesOf = (name: string): Buffer => Buffer.from(fields[name] ?? "", "base64");
  const [data, iv] = [bytesOf("encrypted_flow_data"), bytesOf("initial_vector")];
  const aesKey = unwrap(bytesOf("encrypted_aes_key"));
  const decipher = createDecipheriv("aes-128-gcm", aesKey, iv, { authTagLength: 16 });
  decipher.setAuthTag(data.subarray(-16));
  const clear = Buffer.concat([decipher.update(data.subarray(0, -16)), decipher.final()]);
  const { action } = JSON.parse(clear.toString()) as { readonly action: string };
  const cipher = createCipheriv("aes-128-gcm", aesKey, Buffer.from(iv.map((byte) => ~byte)));
  const said = cipher.update(JSON.stringify(nextScreen(action)), "utf8");
  return Buffer.concat([said, cipher.final(), cipher.getAuthTag()]).toString("base64");
}

function nextScreen(action: string): object {
  if (action === "ping") return { data: { status: "active" } };
  const data = { greeting: "Which time suits you?", chosen: "slot-0", slots: SLOTS };
  return { screen: "CHOOSE", data };
}

function unwrapWithNode(wrapped: Buffer): Buffer {
  const { encryptedPem, passphrase } = settings;
  const key = createPrivateKey({ key: encryptedPem, passphrase });
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return privateDecrypt({ key, padding, oaepHash: "sha256" }, wrapped);
}

function unwrapInJavaScript(wrapped: Buffer): Buffer {
  const key = forge.pki.decryptRsaPrivateKey(settings.encryptedPem, settings.passphrase);
  const md = forge.md.sha256.create();
  const mgf1 = { md: forge.md.sha256.create() };
  const unwrapped = key.decrypt(wrapped.toString("binary"), "RSA-OAEP", { md, mgf1 });
  return Buffer.from(unwrapped, "binary");
}

// As the server beside it: between its rounds it must not close the connections.
server.keepAliveTimeout = 75_000;

const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

process.on("message", () => {
  process.send?.({
    p99Ms: delay.percentile(99) / 1e6,
    maxMs: delay.max / 1e6,
  } satisfies LoopDelay);
  delay.reset();
});
process.on("disconnect", () => process.exit());

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) {
    process.send?.({ port: address.port } satisfies SampleReady);
  }
});
