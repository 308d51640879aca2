// Runs one case of the corpus against a server and holds what comes back against what the case expects, and against
// what must hold of every answer.

import { expect } from "vitest";
import {
  buildCase,
  type BuiltCase,
  type BuiltRequest,
  type CorpusTarget,
  fill,
} from "./build-case.ts";
import type { CorpusCase, Expectation } from "./corpus-case.ts";
import type { Afterwards, RawConversation } from "./raw-client.ts";

export type Received = {
  readonly status: number;
  /** Lower-case names, in the order received. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
};

/** A server under test, in this process or another. */
export interface CorpusServer {
  readonly target: CorpusTarget;
  readonly send: (request: BuiltRequest) => Promise<Received>;
  /** Everything logged so far. */
  readonly output: () => string;
  /** Bytes on a connection of their own; missing where there is no socket. */
  readonly converse?: (
    bytes: Buffer,
    answers: number | null,
    afterwards: Afterwards,
  ) => Promise<RawConversation>;
  /** Connections that send nothing, until they are closed. */
  readonly openIdle?: (count: number) => Promise<() => void>;
}

/** What the cases of one run have in common. */
export type CorpusRun = {
  readonly server: CorpusServer;
  /** Flow tokens sent so far. */
  readonly tokens: Set<string>;
  /** Answers that others are compared with, by case. */
  readonly references: Map<string, Promise<Received>>;
};

/** The statuses that the endpoint answers, and those with which HTTP itself refuses. */
const STATUSES = [200, 400, 404, 405, 408, 409, 413, 415, 417, 421, 427, 429, 431, 432, 500, 503];

/** Anything else would tell more than it must: what the server is made of, above all. */
const HEADERS = [
  "allow",
  "connection",
  "content-length",
  "content-type",
  "date",
  "keep-alive",
  "retry-after",
  "transfer-encoding",
];

export function startRun(server: CorpusServer): CorpusRun {
  return { server, tokens: new Set(), references: new Map() };
}

export async function assertCase(
  run: CorpusRun,
  corpusCase: CorpusCase,
  find: (id: string) => CorpusCase,
): Promise<void> {
  const { server } = run;
  const { expect: expected } = corpusCase;
  const built = await buildCase(corpusCase, server.target);
  for (const token of built.tokens) run.tokens.add(token);
  for (const request of built.before) await server.send(request);

  if (built.raw !== null) {
    await assertConversation(server, built.raw, expected);
    return;
  }
  const runsBefore = expected.runs === undefined ? 0 : (await ask(server)).runs;
  const closeIdle = await server.openIdle?.(corpusCase.build.idleConnections ?? 0);
  const exchanges = await sendAll(server, corpusCase, built);
  closeIdle?.();
  for (const { received } of exchanges) {
    assertSound(received);
    expect(received.status).toBe(expected.status);
  }
  assertExpected(exchanges, expected, server.target);
  if (expected.sameAs !== undefined) {
    expect(withoutDate(exchanges[0]?.received)).toEqual(
      withoutDate(await reference(run, expected.sameAs, find)),
    );
  }
  if (expected.runs !== undefined) {
    // The question itself is one run.
    expect((await ask(server)).runs - runsBefore - 1).toBe(expected.runs);
  }
  if (expected.polluted !== undefined) {
    expect((await ask(server)).polluted).toEqual(expected.polluted);
  }
}

/** The same process still answers. */
export async function assertAlive(server: CorpusServer): Promise<void> {
  const ping: CorpusCase = { id: "", title: "", build: {}, expect: {} };
  const request = (await buildCase(ping, server.target)).makeRequest();
  const received = await server.send(request);
  expect(received.status).toBe(200);
  expect(request.decrypt(received.body)).toBe('{"data":{"status":"active"}}');
}

type Sent = { readonly request: BuiltRequest; readonly received: Received };

async function sendAll(
  server: CorpusServer,
  { build }: CorpusCase,
  { makeRequest }: BuiltCase,
): Promise<readonly Sent[]> {
  const { times, how } = build.repeat ?? { times: 1, how: "in turn" };
  const first = makeRequest();
  const requests = Array.from({ length: times }, () =>
    how.startsWith("anew") ? makeRequest() : first,
  );
  const send = async (request: BuiltRequest): Promise<Sent> => ({
    request,
    received: await server.send(request),
  });
  if (how.endsWith("at once")) return Promise.all(requests.map(send));
  const sent: Sent[] = [];
  for (const request of requests) sent.push(await send(request));
  return sent;
}

function assertExpected(
  exchanges: readonly Sent[],
  expected: Expectation,
  { canary }: CorpusTarget,
): void {
  const clears = exchanges
    .filter(({ received }) => received.body !== "")
    .map(({ request, received }) => JSON.parse(request.decrypt(received.body)) as unknown);
  if (expected.clear !== undefined) {
    const wanted = fill(JSON.stringify(expected.clear), { canary });
    expect(clears.length).toBeGreaterThan(0);
    for (const clear of clears) expect(clear).toMatchObject(JSON.parse(wanted) as object);
  }
  if (expected.distinctBodies !== undefined) {
    expect(distinct(exchanges.map(({ received }) => received.body))).toBe(expected.distinctBodies);
  }
  if (expected.distinctTitles !== undefined) {
    expect(distinct(clears.map(titleOf))).toBe(expected.distinctTitles);
  }
}

function distinct(values: readonly unknown[]): number {
  return new Set(values.map((value) => JSON.stringify(value))).size;
}

function titleOf(clear: unknown): unknown {
  // What the drill flow shows on its second screen.
  return (clear as { readonly data: { readonly title: unknown } }).data.title;
}

async function assertConversation(
  server: CorpusServer,
  { bytes, afterwards }: NonNullable<BuiltCase["raw"]>,
  { answers = [], quiet }: Expectation,
): Promise<void> {
  const { converse } = server;
  if (converse === undefined) throw new Error("a raw case needs a server with a socket");
  const statuses = answers.flatMap((each) =>
    typeof each === "number"
      ? [each]
      : Array.from({ length: each.times }, () => each.repeat).flat(),
  );
  const loggedBefore = server.output().length;
  const conversation = await converse(bytes, statuses.length, afterwards);
  for (const answer of conversation.answers) {
    if (answer.status !== 100) assertSound(toReceived(answer));
  }
  expect(conversation.answers.map(({ status }) => status)).toEqual(statuses);
  await assertAlive(server);
  if (quiet === true) expect(complaintsIn(server.output().slice(loggedBefore))).toEqual([]);
}

/** Log lines above `info`: those that somebody is to do something about. */
function complaintsIn(output: string): readonly string[] {
  return output.split("\n").filter((line) => line !== "" && !line.includes('"level":"info"'));
}

function toReceived({ status, headers, body }: RawConversation["answers"][number]): Received {
  return { status, body, headers: headers.map(([name, value]) => [name.toLowerCase(), value]) };
}

function assertSound({ status, headers, body }: Received): void {
  expect(STATUSES).toContain(status);
  for (const [name] of headers) expect(HEADERS).toContain(name);
  if (status === 200 || status === 427) {
    expect(body).toMatch(/^[A-Za-z\d+/]+={0,2}$/);
    expect(headers).toContainEqual(["content-type", "text/plain"]);
  } else {
    expect(body).toBe("");
  }
}

function withoutDate(received: Received | undefined): unknown {
  return { ...received, headers: received?.headers.filter(([name]) => name !== "date") };
}

function reference(
  run: CorpusRun,
  id: string,
  find: (id: string) => CorpusCase,
): Promise<Received> {
  const known = run.references.get(id);
  if (known !== undefined) return known;
  const sent = buildCase(find(id), run.server.target).then(({ makeRequest }) =>
    run.server.send(makeRequest()),
  );
  run.references.set(id, sent);
  return sent;
}

type Seen = { readonly runs: number; readonly polluted: readonly string[] };

/** What the flow's handler has seen so far, from its own mouth. */
async function ask(server: CorpusServer): Promise<Seen> {
  const question: CorpusCase = {
    id: "",
    title: "",
    build: { clear: { base: "submit", data: { behave: "saw" } } },
    expect: {},
  };
  const request = (await buildCase(question, server.target)).makeRequest();
  const { body } = await server.send(request);
  // The drill flow answers "saw" with these.
  return (JSON.parse(request.decrypt(body)) as { readonly data: { readonly bag: Seen } }).data.bag;
}
