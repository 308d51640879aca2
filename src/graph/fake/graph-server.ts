// The stand-in for Meta's Graph API, on HTTP, with the faults of a network and of a busy Meta. It keeps everything in
// memory and forwards nothing.

import { setTimeout } from "node:timers/promises";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { encodeError, type FakeAnswer, RATE_LIMITED, UNWELL } from "./fake-error.ts";
import { FakeGraph, type FakeGraphOptions, type FakeRequest } from "./fake-graph.ts";

/** What goes wrong with one request. */
export const FAKE_FAULTS = {
  /** 429, and nothing is done. */
  limited: "refused with 429",
  /** 503, and nothing is done. */
  unwell: "refused with 503",
  /** The connection ends, and nothing is done. */
  dropped: "the connection ends before anything is done",
  /** It is done, and the answer is lost. */
  "answer-lost": "done, but the connection ends before the answer",
  /** It is done, and the answer is a 500 without Meta's words. */
  "answer-garbled": "done, but answered with 500 from something in between",
  /** It is done, and the connection ends amid the answer. */
  "answer-cut": "done, but the connection ends in the middle of the answer",
  /** It is done, and the answer is a 200 that is not Meta's. */
  "answer-odd": "done, but answered with 200 and a page for people",
  /** No answer ever comes, and nothing is done. */
  silent: "nothing is done, and no answer comes",
  /** It is done, and no answer ever comes. */
  "answer-stuck": "done, and no answer comes",
  /** It is done, and the answer comes late. */
  slow: "done, and answered late",
} as const;

export type FakeFault = keyof typeof FAKE_FAULTS;

/** A request as a fault is chosen by: `POST flows`, `GET {flow}`, … */
export type FakeStep = {
  /** The method and the last part of the path that is not an id. */
  readonly name: string;
  readonly path: readonly string[];
};

export type GraphServerOptions = FakeGraphOptions & {
  /** Asked for each request; default: nothing goes wrong. */
  readonly chooseFault?: (step: FakeStep) => FakeFault | null;
  readonly slowMs?: number;
  /** Told when a request has got all that it will ever get, which is no answer. */
  readonly onSilence?: () => void;
};

export interface GraphServer {
  /** Its contents, to look at and to change. */
  readonly graph: FakeGraph;
  /** The steps taken so far, in order. */
  readonly steps: readonly string[];
  /** @returns its address without a slash at the end */
  listen(at: { readonly host: string; readonly port: number }): Promise<string>;
  close(): Promise<void>;
}

const SLOW_MS = 2_000;
const MAX_BODY_BYTES = 12 * 1024 * 1024;

export function createGraphServer(options: GraphServerOptions): GraphServer {
  const { chooseFault = () => null, slowMs = SLOW_MS, onSilence = () => {} } = options;
  const graph = new FakeGraph(options);
  const steps: string[] = [];
  const app: FastifyInstance = Fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: true,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

  const serve = async (
    step: FakeStep,
    reply: FastifyReply,
    act: () => Promise<FakeAnswer>,
  ): Promise<FastifyReply> => {
    steps.push(step.name);
    const fault = chooseFault(step);
    const { status, body, headers = {} } = await answerWith(fault, act);
    const text = typeof body === "string" ? body : JSON.stringify(body);
    switch (fault) {
      case "dropped":
      case "answer-lost":
        reply.hijack().raw.destroy();
        return reply;
      case "silent":
      case "answer-stuck":
        reply.hijack();
        onSilence();
        return reply;
      case "answer-cut":
        cutShort(reply, status, text);
        return reply;
      case "slow":
        await setTimeout(slowMs);
        break;
      default:
    }
    return reply.code(status).headers(headers).type("application/json").send(text);
  };

  app.get<{ Params: { id: string } }>("/downloads/:id", (request, reply) => {
    const { id } = request.params;
    const step = { name: "GET download", path: ["downloads", id] };
    return serve(step, reply, async () => graph.download(id));
  });

  app.all<{ Params: { "*": string } }>("/:version/*", (request, reply) => {
    const path = request.params["*"].split("/").filter((part) => part !== "");
    const name = `${request.method} ${path[1] ?? "(node)"}`;
    return serve({ name, path }, reply, () => graph.answer(toFakeRequest(request, path)));
  });

  app.setNotFoundHandler(async (_request, reply) => {
    const { status, body } = encodeError({ status: 404, code: 2500, message: "Unknown path" });
    return reply.code(status).type("application/json").send(JSON.stringify(body));
  });

  return {
    graph,
    steps,
    listen: (at) => app.listen(at),
    close: () => app.close(),
  };
}

const NOTHING: FakeAnswer = { status: 0, body: "" };

/** @returns what is to be sent, where anything is */
async function answerWith(
  fault: FakeFault | null,
  act: () => Promise<FakeAnswer>,
): Promise<FakeAnswer> {
  switch (fault) {
    case "limited":
      return RATE_LIMITED;
    case "unwell":
      return UNWELL;
    case "dropped":
    case "silent":
      return NOTHING;
    case "answer-garbled":
      await act();
      return { status: 500, body: "<html>Internal Server Error</html>" };
    case "answer-odd":
      await act();
      return { status: 200, body: "<html>Welcome</html>" };
    case "answer-lost":
    case "answer-stuck":
    case "answer-cut":
    case "slow":
    case null:
      return act();
  }
}

/** Promises the whole text, and ends after half of it. */
function cutShort(reply: FastifyReply, status: number, text: string): void {
  const { raw } = reply.hijack();
  const bytes = Buffer.from(text);
  raw.writeHead(status, { "content-type": "application/json", "content-length": bytes.length });
  raw.write(bytes.subarray(0, bytes.length / 2), () => raw.destroy());
}

function toFakeRequest(
  request: FastifyRequest<{ Params: { "*": string } }>,
  path: readonly string[],
): FakeRequest {
  const { method, headers, query, host, protocol } = request;
  // The one parser of this server gives bytes, or nothing came.
  const body = (request.body ?? Buffer.alloc(0)) as Buffer;
  const type = headers["content-type"] ?? "";
  const form = (): Promise<FormData> =>
    // oxlint-disable-next-line typescript/no-deprecated -- discouraged for servers that strangers reach; this one is not
    new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  return {
    method,
    path,
    // Fastify's own parser gives texts, or lists of them for what is repeated, which nothing here is.
    query: query as FakeRequest["query"],
    authorization: headers.authorization,
    json: () => parseJson(body),
    // What is no form has no fields.
    form: () => form().catch(() => new FormData()),
    origin: `${protocol}://${host}`,
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return {};
  }
}
