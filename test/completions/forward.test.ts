import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createForward, type ForwardDependencies } from "../../src/completions/forward.ts";
import type { StoredCompletion } from "../../src/completions/ports.ts";
import { createStaticFlow, flowMap } from "./processing-database.ts";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const FIRST = { signal: new AbortController().signal, isLast: false };

const COMPLETION: StoredCompletion = {
  id: "0d1b2c3a-0000-4000-8000-000000000001",
  messageId: "wamid.1",
  user: "15550000001",
  contextMessageId: null,
  flowToken: "abc",
  message: JSON.stringify({
    interactive: { nfm_reply: { response_json: '{"line":"grüße","flow_token":"abc"}' } },
  }),
  receivedAt: new Date("2026-11-02T09:00:00.123Z"),
  match: { flow: "drill", matchedBy: "token" },
  state: "done",
  attempts: 1,
  isForwardQueued: true,
};

type Delivery = { readonly headers: IncomingHttpHeaders; readonly body: string };

/** What the receiver is to answer to each path, and what it was sent. */
const deliveries: (Delivery & { readonly path: string })[] = [];
const receiver: Server = createServer((request, response) => {
  void text(request).then((body) => {
    const { url: path = "", headers } = request;
    deliveries.push({ path, headers, body });
    if (path === "/moved") response.setHeader("location", "/elsewhere");
    response.statusCode = path === "/moved" ? 307 : path === "/broken" ? 503 : 204;
    response.end();
  });
});
let base = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  // Listening on TCP, as just asked.
  base = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});
beforeEach(() => {
  deliveries.length = 0;
});
afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
});

function createDeps(parts: Partial<ForwardDependencies> = {}): {
  readonly deps: ForwardDependencies;
  readonly forwarded: readonly string[];
} {
  const forwarded: string[] = [];
  const deps = {
    store: {
      read: async () => COMPLETION,
      recordForwarded: async (id: string) => void forwarded.push(id),
    },
    flows: flowMap(createStaticFlow("drill")),
    forwardUrlOf: () => `${base}/take`,
    secret: SECRET,
    // The library that verifies asks the real clock.
    clock: { now: () => new Date() },
    ...parts,
  };
  return { deps, forwarded };
}

describe("forwarding", () => {
  it("sends what a receiver can verify with the Standard Webhooks library", async () => {
    const { deps, forwarded } = createDeps();

    await createForward(deps)(COMPLETION.id, FIRST);

    const [delivery] = deliveries;
    const headers = delivery?.headers as Record<string, string>;
    expect(new Webhook(SECRET).verify(delivery?.body ?? "", headers)).toEqual({
      type: "flow.completed",
      timestamp: "2026-11-02T09:00:00.123Z",
      data: {
        id: COMPLETION.id,
        messageId: "wamid.1",
        flow: "drill",
        user: "15550000001",
        response: { line: "grüße", flow_token: "abc" },
      },
    });
    expect(headers["webhook-id"]).toBe(COMPLETION.id);
    expect(headers["content-type"]).toBe("application/json");
    expect(forwarded).toEqual([COMPLETION.id]);
  });

  it("tells of one of no flow, with answers that are no object as they came", async () => {
    const message = JSON.stringify({ interactive: { nfm_reply: { response_json: "{oops" } } });
    const { deps } = createDeps({
      store: {
        read: async () => ({ ...COMPLETION, message, match: null }),
        recordForwarded: async () => {},
      },
    });

    await createForward(deps)(COMPLETION.id, FIRST);

    expect(JSON.parse(deliveries[0]?.body ?? "")).toMatchObject({
      data: { flow: null, response: "{oops" },
    });
  });

  it("goes where the flow says", async () => {
    const forwardUrl = `${base}/own`;
    const { deps } = createDeps({
      flows: flowMap(createStaticFlow("drill", { options: { forwardUrl } })),
      forwardUrlOf: (flow) => flow?.options.forwardUrl ?? `${base}/take`,
    });

    await createForward(deps)(COMPLETION.id, FIRST);

    expect(deliveries.map(({ path }) => path)).toEqual(["/own"]);
  });

  it.each([
    { name: "refuses", path: "/broken", code: "HTTP_503" },
    { name: "wants it taken elsewhere", path: "/moved", code: "HTTP_307" },
  ])("is tried again when the receiver $name", async ({ path, code }) => {
    const { deps, forwarded } = createDeps({ forwardUrlOf: () => `${base}${path}` });

    await expect(createForward(deps)(COMPLETION.id, FIRST)).rejects.toMatchObject({ code });

    expect(deliveries).toHaveLength(1);
    expect(forwarded).toEqual([]);
  });

  it("is tried again when nobody is there", async () => {
    const { deps, forwarded } = createDeps({ forwardUrlOf: () => "http://127.0.0.1:1/" });

    await expect(createForward(deps)(COMPLETION.id, FIRST)).rejects.toThrow("fetch failed");

    expect(forwarded).toEqual([]);
  });

  it("ends when the job does", async () => {
    const { deps } = createDeps();
    const aborted = AbortSignal.abort(new Error("the server stops"));

    const forwarding = createForward(deps)(COMPLETION.id, { signal: aborted, isLast: false });

    await expect(forwarding).rejects.toThrow("the server stops");
    expect(deliveries).toEqual([]);
  });

  it.each([
    { name: "was erased", parts: { store: { read: async () => null, recordForwarded } } },
    { name: "is of a flow that is not forwarded any more", parts: { forwardUrlOf: () => null } },
  ])("passes over a completion that $name", async ({ parts }) => {
    const { deps } = createDeps(parts);

    await createForward(deps)(COMPLETION.id, FIRST);

    expect(deliveries).toEqual([]);
  });
});

async function recordForwarded(): Promise<void> {
  throw new Error("nothing was forwarded");
}
