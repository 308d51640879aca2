import { generateKeyPairSync } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

import forge from "node-forge";
import { afterEach, describe, expect, it, vi } from "vitest";

import {
  createMediaDownloader,
  type MediaDownloaderOptions,
} from "../../src/storage/media-download.ts";

const URL = "https://mmg.whatsapp.net/v/file.enc?oh=1";
const LOOPBACK = [{ address: "127.0.0.1", family: 4 }];

function selfSigned(host: string): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = "01";
  certificate.validity.notBefore = new Date("2020-01-01");
  certificate.validity.notAfter = new Date("2120-01-01");
  certificate.setSubject([{ name: "commonName", value: host }]);
  certificate.setIssuer([{ name: "commonName", value: host }]);
  certificate.setExtensions([{ name: "subjectAltName", altNames: [{ type: 2, value: host }] }]);
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create());
  return { key: privateKey, cert: forge.pki.certificateToPem(certificate) };
}

const tls = selfSigned("mmg.whatsapp.net");
const otherTls = selfSigned("example.com");
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves on loopback and trusts it, under the name of Meta's CDN. */
async function serve(
  answer: Answer,
  credentials = tls,
): Promise<Omit<MediaDownloaderOptions, "maxBytes" | "deadlineMs">> {
  const server = createServer(credentials, answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    // An https server on a TCP port has an AddressInfo.
    connectPort: (server.address() as AddressInfo).port,
    ca: credentials.cert,
    resolveHost: async () => LOOPBACK,
    isAllowedAddress: (ip) => ip === "127.0.0.1",
  };
}

function download(
  options: Partial<MediaDownloaderOptions>,
  signal = new AbortController().signal,
): Promise<Buffer> {
  return createMediaDownloader({ maxBytes: 1_000, deadlineMs: 20_000, ...options }).download(
    URL,
    signal,
  );
}

describe("a download", () => {
  it("has the bytes of the file, and asks for them unpacked under the CDN's name", async () => {
    const seen: unknown[] = [];
    const options = await serve((request, response) => {
      seen.push(
        request.url,
        request.headers.host?.split(":")[0],
        request.headers["accept-encoding"],
      );
      response.end(Buffer.alloc(1_000, 7));
    });

    expect(await download(options)).toEqual(Buffer.alloc(1_000, 7));
    expect(seen).toEqual(["/v/file.enc?oh=1", "mmg.whatsapp.net", "identity"]);
  });

  it("may be empty, and may come in pieces of unknown length", async () => {
    const options = await serve((_, response) => {
      response.write("ab");
      response.end("c");
    });
    const empty = await serve((_, response) => response.end());

    expect((await download(options)).toString()).toBe("abc");
    expect(await download(empty)).toEqual(Buffer.alloc(0));
  });

  it("connects to the address that was checked, so that a second look cannot turn private", async () => {
    const options = await serve((_, response) => response.end("ok"));
    const looks: string[] = [];
    const resolveHost = async (host: string): Promise<typeof LOOPBACK> => {
      looks.push(host);
      return looks.length === 1 ? LOOPBACK : [{ address: "127.0.0.2", family: 4 }];
    };

    expect((await download({ ...options, resolveHost })).toString()).toBe("ok");
    expect(looks).toEqual(["mmg.whatsapp.net"]);
  });
});

describe("where a download may connect", () => {
  it.each([
    ["127.0.0.1", 4],
    ["169.254.169.254", 4],
    ["10.0.0.1", 4],
    ["::1", 6],
    ["fd00::1", 6],
    ["::ffff:127.0.0.1", 6],
  ])("is not %s, whatever the name", async (address, family) => {
    const answered = vi.fn<Answer>();
    const { isAllowedAddress: _, ...options } = await serve(answered);

    const outcome = download({ ...options, resolveHost: async () => [{ address, family }] });

    await expect(outcome).rejects.toMatchObject({ name: "MediaError", code: "BAD_URL" });
    expect(answered).not.toHaveBeenCalled();
  });

  it.each([
    [
      "a private address among public ones",
      [
        { address: "8.8.8.8", family: 4 },
        { address: "10.0.0.1", family: 4 },
      ],
    ],
    ["no address", []],
  ])("is not a name with %s", async (_, addresses) => {
    const outcome = download({ resolveHost: async () => addresses });

    await expect(outcome).rejects.toMatchObject({ code: "BAD_URL" });
  });

  it("is not a host outside the list, which is not even looked up", async () => {
    const resolveHost = vi.fn<() => Promise<typeof LOOPBACK>>();
    const downloader = createMediaDownloader({ maxBytes: 10, deadlineMs: 1_000, resolveHost });

    const outcome = downloader.download("https://example.com/x", new AbortController().signal);

    await expect(outcome).rejects.toMatchObject({ code: "BAD_URL" });
    expect(resolveHost).not.toHaveBeenCalled();
  });

  it("is not a name that does not resolve", async () => {
    const cause = new Error("ENOTFOUND");

    const outcome = download({ resolveHost: () => Promise.reject(cause) });

    await expect(outcome).rejects.toMatchObject({ code: "FETCH_FAILED", cause });
  });

  it("is not a server with another name's certificate, or one nobody vouches for", async () => {
    const other = await serve((_, response) => response.end("ok"), otherTls);
    const { ca: _, ...unknown } = await serve((_request, response) => response.end("ok"));

    await expect(download(other)).rejects.toMatchObject({ code: "FETCH_FAILED" });
    await expect(download(unknown)).rejects.toMatchObject({ code: "FETCH_FAILED" });
  });
});

describe("an answer that is refused", () => {
  it.each([201, 204, 206, 301, 302, 307, 404, 410, 500])("has status %i", async (status) => {
    const requests: unknown[] = [];
    const options = await serve((request, response) => {
      requests.push(request.url);
      response.writeHead(status, { location: "https://mmg.whatsapp.net/elsewhere" }).end();
    });

    await expect(download(options)).rejects.toMatchObject({
      code: "FETCH_FAILED",
      message: `the upload's host answered with status ${status}`,
    });
    expect(requests).toHaveLength(1);
  });

  it.each(["gzip", "br", "identity, gzip"])("has the content encoding %s", async (encoding) => {
    const options = await serve((_, response) => {
      response.writeHead(200, { "content-encoding": encoding }).end(gzipSync("x"));
    });

    await expect(download(options)).rejects.toMatchObject({ code: "FETCH_FAILED" });
  });

  it("announces more than the limit", async () => {
    const options = await serve((_, response) => {
      response.writeHead(200, { "content-length": 1_001 }).write("x");
    });

    await expect(download(options)).rejects.toMatchObject({ code: "TOO_LARGE" });
  });

  it("sends more than the limit without an announcement, and is cut off", async () => {
    const closed = Promise.withResolvers<void>();
    const options = await serve((_, response) => {
      response.on("close", closed.resolve);
      response.write(Buffer.alloc(600));
      response.write(Buffer.alloc(600));
    });

    await expect(download(options)).rejects.toMatchObject({ code: "TOO_LARGE" });
    await closed.promise;
  });

  it("breaks off before its end", async () => {
    const options = await serve((_, response) => {
      response.writeHead(200, { "content-length": 100 }).write("x", () => response.destroy());
    });

    await expect(download(options)).rejects.toMatchObject({ code: "FETCH_FAILED" });
  });

  it("never comes", async () => {
    const options = await serve(() => {});

    await expect(download({ ...options, deadlineMs: 100 })).rejects.toMatchObject({
      code: "TOO_SLOW",
      message: "the upload did not arrive within 100 ms",
    });
  });

  it("begins and never ends", async () => {
    const options = await serve((_, response) => {
      response.write("x");
    });

    await expect(download({ ...options, deadlineMs: 200 })).rejects.toMatchObject({
      code: "TOO_SLOW",
    });
  });
});

describe("a caller that gives up", () => {
  it("gets its own reason, and the server is let go", async () => {
    const controller = new AbortController();
    const reason = new Error("the handler's deadline passed");
    const closed = Promise.withResolvers<void>();
    const options = await serve((request, response) => {
      request.on("close", closed.resolve);
      response.write("x", () => controller.abort(reason));
    });

    await expect(download(options, controller.signal)).rejects.toBe(reason);
    await closed.promise;
  });

  it("gets its own reason before anything is sent, when it had given up already", async () => {
    const reason = new Error("too late");

    await expect(
      download({ resolveHost: async () => LOOPBACK }, AbortSignal.abort(reason)),
    ).rejects.toBe(reason);
  });
});
