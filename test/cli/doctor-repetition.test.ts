// The doctor at an address where not every request is treated alike: by a cache, by a limit, or because of several servers
// behind it one lacks what the others have.

import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  makeTemporaryFolder,
  serverEnvironment,
  SPAWNED_SECRETS,
  type SpawnedServer,
  spawnServer,
  WITHOUT_DATABASE,
} from "../helpers/spawn-server.ts";
import { examine, type Examination } from "./diagnoses.ts";

type Answer = {
  readonly status: number;
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
};

/** What a proxy does with a POST: `number` counts from 1, `pass` has the server answer it. */
type Treat = (number: number, pass: () => Promise<Answer>) => Promise<Answer>;

const parts: {
  folder?: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  server?: SpawnedServer;
} = {};

beforeAll(async () => {
  parts.folder = await makeTemporaryFolder();
  parts.server = await spawnServer(parts.folder.path, WITHOUT_DATABASE);
});

afterAll(async () => {
  await parts.server?.stop();
  await parts.folder?.remove();
});

async function passOn(request: IncomingMessage): Promise<Answer> {
  const answer = await fetch(`${parts.server?.url}${request.url}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-hub-signature-256": String(request.headers["x-hub-signature-256"]),
    },
    body: new Uint8Array(await buffer(request)),
  });
  return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
}

async function examineBehind(treat: Treat): Promise<Examination> {
  let number = 0;
  const proxy = createServer((request, response) => {
    number += 1;
    void treat(number, () => passOn(request)).then(({ status, body, headers }) => {
      response.writeHead(status, { "content-type": "text/plain", ...headers }).end(body);
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => proxy.once("listening", resolve));
  try {
    // Listening on TCP, as just asked.
    const { port } = proxy.address() as AddressInfo;
    // One secret, and so one ping before those that repeat it.
    const [WHATSAPP_APP_SECRET = ""] = SPAWNED_SECRETS.WHATSAPP_APP_SECRET.split(",");
    const env = serverEnvironment(parts.folder?.path ?? "", { WHATSAPP_APP_SECRET });
    return await examine(env, "--url", `http://127.0.0.1:${port}/flows/drill`);
  } finally {
    proxy.close();
    proxy.closeAllConnections();
  }
}

const NOTHING = Buffer.alloc(0);

/** Every second request goes to a server that answers all pings with this. */
function everySecond(status: number): Treat {
  return async (number, pass) => (number % 2 === 0 ? { status, body: NOTHING } : pass());
}

describe("doctor, on repeated pings", () => {
  it("is content where each is answered anew", async () => {
    const { failed, of } = await examineBehind((_, pass) => pass());

    expect(failed).toEqual([]);
    expect(of("repeated-ping")).toMatchObject({ state: "ok" });
  });

  it("warns of a server that is busy now and then", async () => {
    const busy = { status: 503, body: NOTHING, headers: { "retry-after": "1" } };

    const { failed, of } = await examineBehind(async (number, pass) =>
      number === 3 ? busy : pass(),
    );

    expect(failed).toEqual([]);
    expect(of("repeated-ping")).toMatchObject({
      state: "warn",
      detail: "1 of 5 further pings were answered 503: the server has too much to do",
    });
  });

  it.each<[string, () => Treat, RegExp]>([
    [
      "a cache",
      () => {
        let kept: Promise<Answer> | null = null;
        return (_, pass) => (kept ??= pass());
      },
      /same answer, which comes from a cache/,
    ],
    [
      "a limit on requests",
      () => async (number, pass) => (number > 3 ? { status: 429, body: NOTHING } : pass()),
      /3 of 5 further pings were answered 429: something limits/,
    ],
    ["a server without the key", () => everySecond(421), /does not have the key/],
    ["a server with another secret", () => everySecond(432), /has another app secret/],
    ["a server without the flow", () => everySecond(404), /does not have the flow/],
    ["a server that is not well", () => everySecond(503), /answered 503: a rate limit, or one of/],
  ])("names %s, and draws no conclusions from what comes after", async (_, treat, detail) => {
    const { failed, of } = await examineBehind(treat());

    expect(failed).toEqual(["repeated-ping"]);
    expect(of("repeated-ping")?.detail).toMatch(detail);
    expect(of("wrong-key")).toMatchObject({ state: "skipped", detail: "see repeated-ping" });
  });
});
