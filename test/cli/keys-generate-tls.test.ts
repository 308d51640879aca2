// `flowpoint keys generate --tls`, and a server that uses what it made.

import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import {
  makeTemporaryFolder,
  run,
  spawnServer,
  WITHOUT_DATABASE,
} from "../helpers/spawn-server.ts";

async function temporaryFolder(): Promise<string> {
  const folder = await makeTemporaryFolder();
  onTestFinished(folder.remove);
  return folder.path;
}

it("makes a certificate for this machine, which a server shows and a client that knows it trusts", async () => {
  const folder = await temporaryFolder();
  const { stdout, status } = await run(["keys", "generate", "--tls", "--json"], {
    DATA_DIR: folder,
  });
  // What the command is documented to print.
  const made = JSON.parse(stdout) as { certificate: string; key: string; fingerprint: string };
  const server = await spawnServer(folder, {
    ...WITHOUT_DATABASE,
    TLS_CERT: made.certificate,
    TLS_KEY: made.key,
  });

  const request = get(`${server.url}/livez`, { ca: await readFile(made.certificate) });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.resume();
  await server.stop();

  expect(status).toBe(0);
  expect(made.certificate).toBe(path.join(folder, "localhost.crt"));
  expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:/);
  expect(response.statusCode).toBe(200);
});

it("writes the key for its owner alone, where it is not taken for a key of the endpoint", async () => {
  const folder = await temporaryFolder();
  await run(["keys", "generate", "--tls", "--out", folder, "--name", "mine"], {});

  const certificate = new X509Certificate(await readFile(path.join(folder, "mine.crt")));
  const { mode } = await stat(path.join(folder, "mine.key"));

  expect(mode & 0o777).toBe(0o600);
  expect(certificate.checkHost("localhost")).toBe("localhost");
  expect(certificate.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(certificate.checkIP("::1")).toBe("::1");
  expect(certificate.verify(certificate.publicKey)).toBe(true);
});

it("overwrites nothing", async () => {
  const folder = await temporaryFolder();
  await run(["keys", "generate", "--tls"], { DATA_DIR: folder });
  const before = await readFile(path.join(folder, "localhost.key"));

  const { status, stderr } = await run(["keys", "generate", "--tls"], { DATA_DIR: folder });

  expect(status).toBe(1);
  expect(stderr).toContain("localhost.key exists; choose another --name");
  expect(await readFile(path.join(folder, "localhost.key"))).toEqual(before);
});
