// Stands between a server and its Postgres, and does what networks do: swallows packets without closing anything, or
// cuts a connection off after a question was asked and before its answer is back.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface PostgresProxy {
  /** The database's URL, by way of the proxy. */
  readonly url: string;
  /** From now on nothing passes, on no connection. */
  swallow(): void;
  /** New connections pass again; those that were swallowed never do. */
  heal(): void;
  /** Cuts off the next connection that sends this text, when its answer comes. Resolves when that is done. */
  cutAfter(text: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const swallowed = new WeakSet<Socket>();
  let isSwallowing = false;
  let cut: { readonly text: string; readonly done: () => void } | null = null;

  const listener = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    let isAsked: (() => void) | null = null;
    for (const socket of [client, server]) {
      sockets.add(socket);
      // A cut connection is an error on both its sides, as it should be.
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    const passes = (): boolean => {
      if (isSwallowing) swallowed.add(client);
      return !swallowed.has(client);
    };
    client.on("data", (bytes) => {
      if (!passes()) return;
      if (cut !== null && bytes.includes(cut.text)) {
        isAsked = cut.done;
        cut = null;
      }
      server.write(bytes);
    });
    server.on("data", (bytes) => {
      if (!passes()) return;
      if (isAsked === null) client.write(bytes);
      else {
        client.resetAndDestroy();
        isAsked();
      }
    });
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  // Listening on TCP: the address is an object.
  const { port } = listener.address() as AddressInfo;

  return {
    url: Object.assign(new URL(databaseUrl), { port: String(port) }).href,
    swallow: () => {
      isSwallowing = true;
      for (const socket of sockets) swallowed.add(socket);
    },
    heal: () => {
      isSwallowing = false;
    },
    cutAfter: (text) =>
      new Promise((resolve) => {
        cut = { text, done: resolve };
      }),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, "close");
    },
  };
}
