// Sends prepared bytes over keep-alive connections and reads the status of each answer. An HTTP client costs several
// times as much as this, and the load generator shares its processors with the server.

import { connect, type Socket } from "node:net";

const STATUS = /^HTTP\/1\.1 (\d{3})/;
const CONTENT_LENGTH = /\r\ncontent-length: (\d+)\r\n/i;
const END_OF_HEAD = "\r\n\r\n";

const CONNECT_AT_ONCE = 50;

/** Any server answers it, if only to say that it has no such path. */
const GREETING = Buffer.from("GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n");

type Waiting = {
  readonly request: Buffer;
  readonly answer: PromiseWithResolvers<number>;
  readonly sinceMs: number;
};

export class NotSent extends Error {
  override readonly name = "NotSent";
}

/** Connections to one server, made as they are needed. Each has at most one request under way. */
export class Wire {
  readonly #host: string;
  readonly #port: number;
  readonly #most: number;
  readonly #patienceMs: number;
  readonly #free: Connection[] = [];
  readonly #open = new Set<Connection>();
  #waiting: Waiting[] = [];
  #served = 0;

  /**
   * @param most        connections at once; what finds none free waits, in its order
   * @param patienceMs  longest such wait; default: none is too long
   */
  constructor(url: string, most: number, patienceMs = Infinity) {
    const { hostname, port } = new URL(url);
    this.#host = hostname;
    this.#port = Number(port);
    this.#most = most;
    this.#patienceMs = patienceMs;
  }

  /**
   * Makes `count` connections, a few at a time, and has each answer something: what the kernel has taken on is not yet
   * what the server has, and a balancer's connections are there before their load is.
   */
  async connect(count: number): Promise<void> {
    for (let made = 0; made < count; made += CONNECT_AT_ONCE) {
      const some = Math.min(CONNECT_AT_ONCE, count - made);
      const connections = await Promise.all(Array.from({ length: some }, () => this.#connect()));
      await Promise.all(connections.map((connection) => this.#greet(connection)));
    }
  }

  async #greet(connection: Connection): Promise<void> {
    const at = this.#free.indexOf(connection);
    // Somebody's request is under way on it already, and answers as well.
    if (at === -1) return;
    this.#free.splice(at, 1);
    const answer = Promise.withResolvers<number>();
    connection.send({ request: GREETING, answer, sinceMs: performance.now() });
    await answer.promise;
  }

  /**
   * @returns the status
   * @throws Error when the connection ended before the answer
   * @throws NotSent when no connection came free in time
   */
  send(request: Buffer): Promise<number> {
    const answer = Promise.withResolvers<number>();
    this.#waiting.push({ request, answer, sinceMs: performance.now() });
    if (this.#free.length === 0 && this.#open.size < this.#most) {
      // Whoever waits is told when the last connection is gone.
      this.#connect().catch(() => {});
    }
    this.#serve();
    return answer.promise;
  }

  /** The oldest stand first. */
  #loseLate(): void {
    const oldestMs = performance.now() - this.#patienceMs;
    for (;;) {
      const next = this.#waiting[this.#served];
      if (next === undefined || next.sinceMs >= oldestMs) return;
      this.#served += 1;
      next.answer.reject(new NotSent("no connection came free in time"));
    }
  }

  close(): void {
    for (const connection of this.#open) connection.end();
  }

  async #connect(): Promise<Connection> {
    const connection = new Connection(connect(this.#port, this.#host), {
      freed: () => {
        this.#free.push(connection);
        this.#serve();
      },
      closed: () => {
        this.#open.delete(connection);
        const at = this.#free.indexOf(connection);
        if (at !== -1) this.#free.splice(at, 1);
        // Without a connection left nobody would ever serve them.
        if (this.#open.size === 0) this.#giveUp();
      },
    });
    this.#open.add(connection);
    await connection.ready;
    return connection;
  }

  #giveUp(): void {
    for (const { answer } of this.#waiting.slice(this.#served)) {
      answer.reject(new Error("the server takes no connections"));
    }
    this.#waiting = [];
    this.#served = 0;
  }

  #serve(): void {
    this.#loseLate();
    while (this.#served < this.#waiting.length) {
      const connection = this.#free.pop();
      const next = this.#waiting[this.#served];
      if (connection === undefined || next === undefined) break;
      this.#served += 1;
      connection.send(next);
    }
    // Taking each from the front of a long array would move all the others.
    if (this.#served === this.#waiting.length || this.#served > 10_000) {
      this.#waiting = this.#waiting.slice(this.#served);
      this.#served = 0;
    }
  }
}

class Connection {
  readonly ready: Promise<void>;
  readonly #socket: Socket;
  readonly #freed: () => void;
  #answer: PromiseWithResolvers<number> | null = null;
  #received = "";

  constructor(socket: Socket, told: { readonly freed: () => void; readonly closed: () => void }) {
    this.#socket = socket;
    this.#freed = told.freed;
    const ready = Promise.withResolvers<void>();
    this.ready = ready.promise;
    socket.setNoDelay(true);
    socket.once("connect", () => {
      ready.resolve();
      told.freed();
    });
    socket.on("data", (bytes) => this.#read(bytes));
    socket.once("error", (error) => {
      ready.reject(error);
      this.#answer?.reject(error);
    });
    socket.once("close", () => {
      told.closed();
      this.#answer?.reject(new Error("the server closed a connection before it answered"));
    });
  }

  send({ request, answer }: Waiting): void {
    this.#answer = answer;
    this.#socket.write(request);
  }

  end(): void {
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    this.#received += bytes.toString("latin1");
    const head = this.#received.indexOf(END_OF_HEAD);
    if (head === -1) return;
    const length = Number(CONTENT_LENGTH.exec(this.#received)?.[1]);
    if (Number.isNaN(length)) {
      this.#answer?.reject(new Error("an answer does not say how long it is"));
      return this.end();
    }
    if (this.#received.length < head + END_OF_HEAD.length + length) return;
    const status = Number(STATUS.exec(this.#received)?.[1]);
    const answer = this.#answer;
    this.#received = "";
    this.#answer = null;
    // Nobody asked: the server ends a connection that was idle for too long.
    if (answer === null) return this.end();
    answer.resolve(status);
    this.#freed();
  }
}
