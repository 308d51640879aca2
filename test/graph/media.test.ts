import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createGraphMedia } from "../../src/graph/media.ts";

const never = new AbortController().signal;

type Answer = {
  readonly status?: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Answers by path, and what was asked. */
const answers = new Map<string, Answer>();
const asked: { readonly path: string; readonly headers: IncomingHttpHeaders }[] = [];
const graph: Server = createServer(({ url: path = "", headers }, response) => {
  asked.push({ path, headers });
  const {
    status = 200,
    body,
    headers: given = {},
  } = answers.get(path) ?? {
    status: 404,
    body: "{}",
  };
  response.writeHead(status, given).end(body);
});
let url = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => graph.listen(0, "127.0.0.1", resolve));
  // Listening on TCP, as just asked.
  url = `http://127.0.0.1:${(graph.address() as AddressInfo).port}`;
});
beforeEach(() => {
  answers.clear();
  asked.length = 0;
});
afterAll(() => {
  graph.closeAllConnections();
  graph.close();
});

async function open(mediaId: string): Promise<Buffer> {
  const media = createGraphMedia({ url, version: "v25.0", accessToken: "access-token" });
  return buffer(await media.open(mediaId, never));
}

/** As the Graph API describes a file. */
function describedAt(address: string): Answer {
  return { body: JSON.stringify({ messaging_product: "whatsapp", id: "1234", url: address }) };
}

describe("a file from the Graph API", () => {
  it("is asked for by its id, then fetched from its address, with the access token", async () => {
    answers.set("/v25.0/1234", describedAt(`${url}/attachments/?mid=1234`));
    answers.set("/attachments/?mid=1234", { body: "the bytes of a photo" });

    const bytes = await open("1234");

    expect(bytes.toString()).toBe("the bytes of a photo");
    expect(asked.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ["/v25.0/1234", "Bearer access-token"],
      ["/attachments/?mid=1234", "Bearer access-token"],
    ]);
  });

  it.each([
    { name: "another host", address: "https://attacker.example/lookaside.fbsbx.com" },
    { name: "a host that only begins as Meta's", address: "https://lookaside.fbsbx.com.example/" },
    { name: "Meta without encryption", address: "http://lookaside.fbsbx.com/" },
    { name: "nowhere", address: "not a url" },
  ])("is not fetched from $name, so the token stays here", async ({ address }) => {
    answers.set("/v25.0/1234", describedAt(address));

    await expect(open("1234")).rejects.toMatchObject({ code: "BAD_URL" });

    expect(asked).toHaveLength(1);
  });

  it.each([
    { name: "does not know the id", status: 404 },
    { name: "refuses the token", status: 401 },
    { name: "is not well", status: 500 },
    { name: "sends us elsewhere", status: 302 },
  ])("cannot be had when the Graph API $name", async ({ status }) => {
    answers.set("/v25.0/1234", { status, body: "{}", headers: { location: `${url}/elsewhere` } });

    await expect(open("1234")).rejects.toMatchObject({
      name: "GraphError",
      code: `HTTP_${status}`,
    });

    expect(asked).toHaveLength(1);
  });

  it("cannot be had when its address is past its five minutes", async () => {
    answers.set("/v25.0/1234", describedAt(`${url}/gone`));

    await expect(open("1234")).rejects.toMatchObject({ code: "HTTP_404" });
  });

  it("is never asked for at a path of its own choice", async () => {
    await expect(open("../me?fields=id")).rejects.toMatchObject({ code: "HTTP_404" });

    expect(asked.map(({ path }) => path)).toEqual(["/v25.0/..%2Fme%3Ffields%3Did"]);
  });

  it("is not waited for once nobody wants it", async () => {
    const media = createGraphMedia({ url, version: "v25.0", accessToken: "access-token" });
    const aborted = AbortSignal.abort(new Error("nobody waits"));

    await expect(media.open("1234", aborted)).rejects.toThrow("nobody waits");
  });

  it("cannot be had when nobody is there", async () => {
    const media = createGraphMedia({
      url: "http://127.0.0.1:1",
      version: "v25.0",
      accessToken: "access-token",
    });

    await expect(media.open("1234", never)).rejects.toMatchObject({ code: "FAILED" });
  });
});
