// Keeps the work inside `once` on its own transaction. On the embedded database a second connection would wait for the
// first for ever; on Postgres it would work, and commit what a rollback should have undone. So it throws on both.
//
// After an abort nothing more may be asked of the transaction's own connection either: kysely rolls back behind the
// statement that is running, so a later one would land behind ROLLBACK and commit by itself.

import { AsyncLocalStorage } from "node:async_hooks";
import type { DatabaseConnection, Dialect, DialectAdapter, Driver } from "kysely";

/** Something inside `once` asked for a connection other than its transaction's. */
export class OnceGuardError extends Error {
  override readonly name = "OnceGuardError";
  constructor() {
    super(
      "inside once only its trx can be used: services.db and another once would be a second transaction",
    );
  }
}

export interface OnceGuard {
  /** The dialect, refusing connections to whatever runs inside {@link OnceGuard.run}. */
  guard(dialect: Dialect): Dialect;
  /** @param signal  aborted: every further statement of `work` is refused with its reason */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** The signal of the `once` that the running code is inside of. */
type Inside = AsyncLocalStorage<AbortSignal>;

export function createOnceGuard(): OnceGuard {
  const inside: Inside = new AsyncLocalStorage();
  return {
    run: (signal, work) => inside.run(signal, work),
    guard: (dialect) => ({
      createAdapter: () => letDriverQueue(dialect.createAdapter()),
      createIntrospector: (db) => dialect.createIntrospector(db),
      createQueryCompiler: () => dialect.createQueryCompiler(),
      createDriver: () => {
        const isSingle = dialect.createAdapter().supportsMultipleConnections === false;
        return guardDriver(dialect.createDriver(), inside, isSingle ? new Turns() : null);
      },
    }),
  };
}

/** Kysely queues for a single connection before it asks the driver, where the guard stands; so the driver queues. */
function letDriverQueue(adapter: DialectAdapter): DialectAdapter {
  // The adapter in all but this one answer.
  return Object.create(adapter, {
    supportsMultipleConnections: { value: true },
  }) as DialectAdapter;
}

/** One at a time, in the order of asking. */
class Turns {
  #isTaken = false;
  readonly #waiting: (() => void)[] = [];

  async take(): Promise<void> {
    if (this.#isTaken) await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    this.#isTaken = true;
  }

  /** A turn that is handed on stays taken. */
  pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isTaken = false;
    else next();
  }
}

function guardDriver(driver: Driver, inside: Inside, turns: Turns | null): Driver {
  const guardedConnections = new WeakSet<DatabaseConnection>();
  const guarded: Pick<Driver, "acquireConnection" | "releaseConnection"> = {
    acquireConnection: async (options) => {
      if (inside.getStore() !== undefined) throw new OnceGuardError();
      await turns?.take();
      try {
        const connection = await driver.acquireConnection(options);
        if (!guardedConnections.has(connection)) refuseAfterAbort(connection, inside);
        guardedConnections.add(connection);
        return connection;
      } catch (error) {
        turns?.pass();
        throw error;
      }
    },
    releaseConnection: async (connection, options) => {
      try {
        await driver.releaseConnection(connection, options);
      } finally {
        turns?.pass();
      }
    },
  };
  return new Proxy(driver, {
    get(target, name) {
      if (name === "acquireConnection" || name === "releaseConnection") return guarded[name];
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });
}

/** In place, since drivers recognise their own connection objects. */
function refuseAfterAbort(connection: DatabaseConnection, inside: Inside): void {
  const executeQuery = connection.executeQuery.bind(connection);
  connection.executeQuery = async (...query) => {
    inside.getStore()?.throwIfAborted();
    return executeQuery(...query);
  };
}
