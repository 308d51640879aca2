// HTTP by hand over a TCP socket: sends any bytes, well-formed or not, and reads whatever answers come.

import { once } from "node:events";
import { connect, type Socket } from "node:net";

export type RawAnswer = {
  readonly status: number;
  /** In the order and spelling received. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
};

export type RawConversation = {
  readonly answers: readonly RawAnswer[];
  /** Whether the server ended the connection. */
  readonly isClosed: boolean;
};

/** What the client does after it has sent its bytes. */
export type Afterwards =
  /** Waits for answers. */
  | { readonly kind: "wait" }
  /** Ends its half of the connection. */
  | { readonly kind: "half-close" }
  /** Breaks the connection off. */
  | { readonly kind: "reset" }
  /** Goes on a byte at a time. */
  | { readonly kind: "trickle"; readonly bytes: Buffer; readonly everyMs: number };

/**
 * Sends `bytes` and reads until `answers` answers came or the server ended the connection.
 *
 * @param answers  `null`: until the server ends the connection
 */
export async function converse(
  url: string,
  bytes: Buffer,
  answers: number | null,
  afterwards: Afterwards = { kind: "wait" },
): Promise<RawConversation> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  await once(socket, "connect");
  const received: Buffer[] = [];
  const isDone = (): boolean =>
    answers !== null && parseAnswers(Buffer.concat(received)).length >= answers;
  const done = new Promise<boolean>((resolve) => {
    socket.on("data", (chunk) => {
      received.push(chunk);
      if (isDone()) resolve(false);
    });
    socket.on("end", () => resolve(true));
    // A reset is an end as well: a server may break off a connection that still sends.
    socket.on("error", () => resolve(true));
    socket.on("close", () => resolve(true));
  });
  socket.write(bytes);
  const stop = carryOn(socket, afterwards);
  const isClosed = await done;
  stop();
  socket.destroy();
  return { answers: parseAnswers(Buffer.concat(received)), isClosed };
}

/** Opens connections that send nothing. @returns closes them */
export async function openIdle(url: string, count: number): Promise<() => void> {
  const { hostname, port } = new URL(url);
  const sockets = await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect({ host: hostname, port: Number(port) });
      await once(socket, "connect");
      // The server may lose patience first.
      return socket.on("error", () => {});
    }),
  );
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}

function carryOn(socket: Socket, afterwards: Afterwards): () => void {
  switch (afterwards.kind) {
    case "wait":
      return () => {};
    case "half-close":
      socket.end();
      return () => {};
    case "reset":
      // Only after the bytes have left, or nothing would arrive.
      socket.write("", () => socket.resetAndDestroy());
      return () => {};
    case "trickle": {
      let at = 0;
      const timer = setInterval(() => {
        socket.write(afterwards.bytes.subarray(at, (at += 1)));
      }, afterwards.everyMs);
      return () => clearInterval(timer);
    }
  }
}

/** Every whole answer in `bytes`. A chunked body is one that Node makes itself, and empty. */
function parseAnswers(bytes: Buffer): readonly RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let at = 0; ;) {
    const headEnd = bytes.indexOf("\r\n\r\n", at);
    if (headEnd === -1) return answers;
    const [statusLine = "", ...lines] = bytes.toString("latin1", at, headEnd).split("\r\n");
    const headers = lines.map((line): readonly [string, string] => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
    const valueOf = (wanted: string): string | undefined =>
      headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
    const isChunked = valueOf("transfer-encoding") === "chunked";
    const length = isChunked ? "0\r\n\r\n".length : Number(valueOf("content-length") ?? 0);
    const bodyEnd = headEnd + 4 + length;
    if (bytes.length < bodyEnd) return answers;
    answers.push({
      status: Number(statusLine.split(" ")[1]),
      headers,
      body: bytes
        .toString("latin1", headEnd + 4, bodyEnd)
        .replace(isChunked ? "0\r\n\r\n" : "", ""),
    });
    at = bodyEnd;
  }
}
