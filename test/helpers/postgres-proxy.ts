// Stands between a server and its Postgres, and does what networks do: swallows packets without closing anything, stands
// still for a while, resets connections, and holds one of them up or cuts it off at the very statement that a test names,
// before the database is asked or before its answer is back.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** `question`: before the database has the statement; `answer`: when it has, and the server does not know yet. */
export type Side = "question" | "answer";

/** A connection on which nothing passes for now, in either direction. */
export interface HeldConnection {
  /** Lets everything pass that was held up. */
  release(): void;
  /** The same, and holds this connection up again when it sends this text. */
  releaseUntil(text: string, side: Side): Promise<void>;
  /** Resets it towards the server; what was held up is lost. */
  cut(): void;
}

export interface PostgresProxy {
  /** The database's URL, by way of the proxy. */
  readonly url: string;
  /** From now on nothing passes, on no connection. */
  swallow(): void;
  /** From now on nothing passes, but it will once healed. */
  stall(): void;
  /** Everything passes again; but what was swallowed is lost, and with it its connections. */
  heal(): void;
  /** Resets all connections, as a firewall does that has forgotten them. */
  reset(): void;
  /**
   * Holds up the next connection that sends this text. Rejects with the signal's reason when that comes first.
   *
   * @param text  as it is on the wire, within one message
   */
  holdAt(text: string, side: Side, signal?: AbortSignal): Promise<HeldConnection>;
  /** Cuts off the next connection that sends this text, when its answer comes. Resolves when that is done. */
  cutAfter(text: string): Promise<void>;
  stop(): Promise<void>;
}

type Trap = {
  readonly text: string;
  readonly side: Side;
  readonly spring: (connection: HeldConnection) => void;
};

function takeTrap(traps: Set<Trap>, bytes: Buffer): Trap | null {
  const sprung = [...traps].find(({ text }) => bytes.includes(text));
  if (sprung === undefined) return null;
  traps.delete(sprung);
  return sprung;
}

export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = new URL(databaseUrl);
  const connections = new Set<Connection>();
  const traps = new Set<Trap>();
  let state: "passing" | "stalled" | "swallowing" = "passing";

  const listener = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    const connection = new Connection(client, server, traps);
    connections.add(connection);
    client.on("close", () => connections.delete(connection));
    if (state === "stalled") connection.hold();
    if (state === "swallowing") connection.swallow();
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  // Listening on TCP: the address is an object.
  const { port } = listener.address() as AddressInfo;

  const holdAt: PostgresProxy["holdAt"] = (text, side, signal) =>
    new Promise((resolve, reject) => {
      const trap = { text, side, spring: resolve };
      traps.add(trap);
      signal?.addEventListener("abort", () => {
        traps.delete(trap);
        // Whatever the signal's owner gave as its reason.
        reject(signal.reason as Error);
      });
    });

  return {
    url: Object.assign(new URL(databaseUrl), { port: String(port) }).href,
    holdAt,
    cutAfter: async (text) => (await holdAt(text, "answer")).cut(),
    swallow: () => {
      state = "swallowing";
      for (const connection of connections) connection.swallow();
    },
    stall: () => {
      state = "stalled";
      for (const connection of connections) connection.hold();
    },
    heal: () => {
      state = "passing";
      for (const connection of connections) connection.release();
    },
    reset: () => {
      for (const connection of connections) connection.cut();
    },
    stop: async () => {
      for (const connection of connections) connection.cut();
      listener.close();
      await once(listener, "close");
    },
  };
}

class Connection implements HeldConnection {
  readonly #client: Socket;
  readonly #server: Socket;
  /** What passes once released, oldest first; `null` where nothing is held up. */
  #held: (() => void)[] | null = null;
  #isSwallowed = false;
  /** Traps of this connection alone. */
  readonly #traps = new Set<Trap>();
  /** Sprung by the next answer. */
  #trap: Trap | null = null;

  constructor(client: Socket, server: Socket, commonTraps: Set<Trap>) {
    this.#client = client;
    this.#server = server;
    for (const socket of [client, server]) {
      // A cut connection is an error on both its sides, as it should be.
      socket.on("error", () => {});
      socket.on("close", () => {
        client.destroy();
        server.destroy();
      });
    }
    client.on("data", (bytes) => {
      const trap = takeTrap(this.#traps, bytes) ?? takeTrap(commonTraps, bytes);
      if (trap?.side === "question") this.#spring(trap);
      else if (trap !== null) this.#trap = trap;
      this.#pass(() => server.write(bytes));
    });
    server.on("data", (bytes) => {
      if (this.#trap !== null && this.#held === null) this.#spring(this.#trap);
      this.#pass(() => client.write(bytes));
    });
  }

  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const pass of held) pass();
  }

  releaseUntil(text: string, side: Side): Promise<void> {
    return new Promise((resolve) => {
      this.#traps.add({ text, side, spring: () => resolve() });
      this.release();
    });
  }

  swallow(): void {
    this.#isSwallowed = true;
  }

  cut(): void {
    this.#client.resetAndDestroy();
    this.#server.destroy();
  }

  #spring(trap: Trap): void {
    this.#trap = null;
    this.hold();
    trap.spring(this);
  }

  #pass(forward: () => void): void {
    if (this.#isSwallowed) return;
    if (this.#held === null) forward();
    else this.#held.push(forward);
  }
}
