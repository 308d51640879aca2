// HTTPS without a proxy: the same server behind a certificate of one's own.

import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { request } from "node:https";
import path from "node:path";
import { text } from "node:stream/consumers";
import { connect } from "node:tls";
import forge from "node-forge";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildServer, type TestServer } from "../helpers/build-server.ts";
import { makeTemporaryFolder } from "../helpers/spawn-server.ts";

describe("a server with TLS_CERT and TLS_KEY", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let server: TestServer;
  let certificate: string;
  let url: URL;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    const files = {
      TLS_CERT: path.join(folder.path, "cert.pem"),
      TLS_KEY: path.join(folder.path, "key.pem"),
    };
    const made = makeCertificate();
    certificate = made.certificate;
    await writeFile(files.TLS_CERT, made.certificate);
    await writeFile(files.TLS_KEY, made.key);
    server = await buildServer({ settings: files });
    url = new URL(await server.app.listen({ host: "127.0.0.1", port: 0 }));
  });

  afterAll(() => folder.remove());

  it("answers over HTTPS, with that certificate", async () => {
    const { headers, body, decrypt } = server.phone.request({ action: "ping" });
    const post = request({
      host: "127.0.0.1",
      port: url.port,
      servername: "localhost",
      path: "/flows/drill",
      method: "POST",
      headers,
      ca: certificate,
    });
    post.end(body);

    const [response] = (await once(post, "response")) as [
      NodeJS.ReadableStream & { statusCode: number },
    ];

    expect(url.protocol).toBe("https:");
    expect(response.statusCode).toBe(200);
    expect(decrypt(await text(response))).toBe('{"data":{"status":"active"}}');
  });

  it("does not wait at its end for a connection on which nothing was asked", async () => {
    const silent = connect({
      host: "127.0.0.1",
      port: Number(url.port),
      servername: "localhost",
      ca: certificate,
    });
    await once(silent, "secureConnect");
    expect(new X509Certificate(certificate).subject).toBe("CN=localhost");
    const ended = once(silent, "close");

    await server.stop();

    silent.destroy();
    await ended;
  });
});

/** Self-signed: node:crypto reads certificates and makes none. */
function makeCertificate(): { readonly certificate: string; readonly key: string } {
  const keys = forge.pki.rsa.generateKeyPair({ bits: 2048, workers: -1 });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  certificate.serialNumber = "01";
  certificate.validity.notBefore = new Date(Date.now() - 86_400_000);
  certificate.validity.notAfter = new Date(Date.now() + 86_400_000);
  const name = [{ name: "commonName", value: "localhost" }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] },
  ]);
  certificate.sign(keys.privateKey, forge.md.sha256.create());
  return {
    certificate: forge.pki.certificateToPem(certificate),
    key: forge.pki.privateKeyToPem(keys.privateKey),
  };
}
