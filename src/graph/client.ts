// Requests to Meta's Graph API: where it is, who asks, and that the access token goes nowhere else. What may safely be
// done twice is repeated after a failure; creating and sending never are.

import { setTimeout } from "node:timers/promises";
import { fetch, FormData } from "undici";
import type { z } from "zod";
import { GraphError, type GraphFailure, readFailure } from "./graph-error.ts";
import { retryDelayMs } from "./retry-delay.ts";

export type GraphAccess = {
  /** Without a slash at the end, as `https://graph.facebook.com`. */
  readonly url: string;
  /** As `v25.0`. */
  readonly version: string;
  readonly accessToken: string;
};

/** One request and what its answer must look like. */
export type GraphCall<T> = {
  readonly method: "GET" | "POST" | "DELETE";
  /** Encoded here: an id cannot lead elsewhere. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: GraphBody;
  readonly answer: z.ZodType<T>;
  /** For errors, as it follows "to": `create the flow`. */
  readonly operation: string;
  /** Whether doing it twice is the same as doing it once. */
  readonly repeatable: boolean;
  /** For one attempt; default 20 s. */
  readonly timeoutMs?: number;
};

export type GraphBody =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "form"; readonly fields: Readonly<Record<string, string>> }
  | {
      readonly kind: "file";
      readonly fields: Readonly<Record<string, string>>;
      readonly file: { readonly name: string; readonly type: string; readonly text: string };
    };

export interface GraphClient {
  /** @throws GraphError; the signal's reason when it aborts */
  call<T>(call: GraphCall<T>, signal: AbortSignal): Promise<T>;
  /** Text at an address that Meta gave, without the access token: such addresses hold their own right to be read. */
  download(address: string, operation: string, signal: AbortSignal): Promise<string>;
}

export type GraphClientOptions = {
  /** Waits before a repetition. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 up to 1. */
  readonly random?: () => number;
  /** Aborts when an attempt has had its time. */
  readonly deadline?: (timeoutMs: number) => AbortSignal;
};

const ATTEMPTS = 4;
const TIMEOUT_MS = 20_000;

export function createGraphClient(
  access: GraphAccess,
  options: GraphClientOptions = {},
): GraphClient {
  const {
    wait = (ms, signal) => setTimeout(ms, undefined, { signal }),
    random = Math.random,
    deadline = (timeoutMs) => AbortSignal.timeout(timeoutMs),
  } = options;

  const repeat = async <T>(
    isRepeatable: boolean,
    attempt: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> => {
    for (let made = 1; ; made += 1) {
      try {
        return await attempt();
      } catch (error) {
        signal.throwIfAborted();
        if (!isRepeatable || made === ATTEMPTS || !mayPass(error)) throw error;
        const delayMs = retryDelayMs(made, error.failure.retryAfterMs, random());
        if (delayMs === null) throw error;
        await wait(delayMs, signal);
      }
    }
  };

  return {
    call: (call, signal) =>
      repeat(call.repeatable, () => attemptCall(access, call, deadline, signal), signal),
    download: (address, operation, signal) =>
      repeat(
        true,
        async () => {
          const url = assertOfMeta(address, access.url, operation);
          const { status, body, retryAfter } = await exchange(
            { operation, url, method: "GET", headers: {}, late: deadline(TIMEOUT_MS) },
            signal,
          );
          if (status === 200) return body;
          throw new GraphError(
            readFailure({ operation, isRead: true, status, body, retryAfter }, access.accessToken),
          );
        },
        signal,
      ),
  };
}

function mayPass(error: unknown): error is GraphError {
  return error instanceof GraphError && error.failure.isTransient;
}

async function attemptCall<T>(
  { url, version, accessToken }: GraphAccess,
  call: GraphCall<T>,
  deadline: Required<GraphClientOptions>["deadline"],
  signal: AbortSignal,
): Promise<T> {
  const { operation, method, query = {}, timeoutMs = TIMEOUT_MS } = call;
  const target = new URL(`${url}/${[version, ...call.path].map(encodeURIComponent).join("/")}`);
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
  const { status, body, retryAfter } = await exchange(
    {
      operation,
      url: target,
      method,
      headers: { authorization: `Bearer ${accessToken}` },
      late: deadline(timeoutMs),
      ...(call.body === undefined ? {} : { body: call.body }),
    },
    signal,
  );
  if (status < 200 || status > 299) {
    const isRead = method === "GET";
    throw new GraphError(readFailure({ operation, isRead, status, body, retryAfter }, accessToken));
  }
  const answer = call.answer.safeParse(parseJson(body));
  if (answer.success) return answer.data;
  throw new GraphError({
    ...NO_WORDS,
    operation,
    status,
    outcome: "unknown",
    text: "the answer was not of the documented shape",
    isTransient: false,
  });
}

const NO_WORDS = {
  metaCode: null,
  metaSubcode: null,
  traceId: null,
  text: null,
  retryAfterMs: null,
} as const satisfies Partial<GraphFailure>;

type Exchange = {
  readonly operation: string;
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: GraphBody;
  /** Aborts this attempt alone. */
  readonly late: AbortSignal;
};

/** One HTTP exchange. Redirects are not followed: they would take the token along. */
async function exchange(
  { operation, url, method, headers, body, late }: Exchange,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly body: string; readonly retryAfter: string | null }> {
  const encoded = body === undefined ? null : encodeBody(body);
  try {
    const response = await fetch(url, {
      method,
      ...(encoded === null ? {} : { body: encoded.body }),
      headers: { ...headers, ...encoded?.headers },
      redirect: "manual",
      signal: AbortSignal.any([signal, late]),
    });
    return {
      status: response.status,
      body: await response.text(),
      retryAfter: response.headers.get("retry-after"),
    };
  } catch (cause) {
    signal.throwIfAborted();
    const outcome = method === "GET" || wasNeverSent(cause) ? "refused" : "unknown";
    const failure = { ...NO_WORDS, operation, status: null, outcome, isTransient: true } as const;
    throw new GraphError(failure, { cause });
  }
}

/** Of the system's resolver and sockets, and of TLS: there was no connection that a request could have gone through. */
const NO_CONNECTION =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|DEPTH_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+|ERR_TLS_CERT_\w+)$/;

function wasNeverSent(error: unknown): boolean {
  // fetch wraps what the connection threw.
  const cause = error instanceof TypeError ? error.cause : null;
  return cause instanceof Error && "code" in cause && NO_CONNECTION.test(String(cause.code));
}

function encodeBody(body: GraphBody): {
  readonly body: string | URLSearchParams | FormData;
  readonly headers?: Readonly<Record<string, string>>;
} {
  switch (body.kind) {
    case "json":
      return {
        body: JSON.stringify(body.value),
        headers: { "content-type": "application/json" },
      };
    case "form":
      return { body: new URLSearchParams(body.fields) };
    case "file": {
      const form = new FormData();
      for (const [name, value] of Object.entries(body.fields)) form.append(name, value);
      const { name, type, text } = body.file;
      form.append("file", new Blob([text], { type }), name);
      return { body: form };
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema refuses it with the words for that.
    return undefined;
  }
}

/** Meta's addresses are encrypted; what stands in for Meta gives its own. */
function assertOfMeta(address: string, graphUrl: string, operation: string): URL {
  const url = URL.parse(address);
  if (url?.protocol === "https:" || (url !== null && url.origin === new URL(graphUrl).origin)) {
    return url;
  }
  throw new GraphError({
    ...NO_WORDS,
    operation,
    status: 200,
    outcome: "refused",
    text: "the address given for it is not encrypted",
    isTransient: false,
  });
}

/**
 * GETs with the access token, for what is not read at once. Redirects are not followed.
 *
 * @throws GraphError unless the answer is 2xx; the signal's reason when it aborts
 */
export async function getWithToken(
  { accessToken }: Pick<GraphAccess, "accessToken">,
  url: string,
  signal: AbortSignal,
): Promise<Response> {
  const operation = "give a file";
  const response = await globalThis
    .fetch(url, {
      headers: { authorization: `Bearer ${accessToken}` },
      redirect: "manual",
      signal,
    })
    .catch((cause: unknown) => {
      signal.throwIfAborted();
      throw new GraphError(
        { ...NO_WORDS, operation, status: null, outcome: "refused", isTransient: true },
        { cause },
      );
    });
  if (!response.ok) {
    await response.body?.cancel();
    const { status } = response;
    const answer = { operation, isRead: true, status, body: "", retryAfter: null };
    throw new GraphError(readFailure(answer, accessToken));
  }
  return response;
}
