// Keeps the work inside `once` on its own transaction. On the embedded database a second connection would wait for the
// first for ever; on Postgres it would work, and commit what a rollback should have undone. So it throws on both.

import { AsyncLocalStorage } from "node:async_hooks";
import type { Dialect, Driver } from "kysely";

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
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function createOnceGuard(): OnceGuard {
  const inside = new AsyncLocalStorage<true>();
  return {
    run: (work) => inside.run(true, work),
    guard: (dialect) => ({
      createAdapter: () => dialect.createAdapter(),
      createIntrospector: (db) => dialect.createIntrospector(db),
      createQueryCompiler: () => dialect.createQueryCompiler(),
      createDriver: () => guardDriver(dialect.createDriver(), inside),
    }),
  };
}

function guardDriver(driver: Driver, inside: AsyncLocalStorage<true>): Driver {
  return new Proxy(driver, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      if (name !== "acquireConnection") return member.bind(target) as unknown;
      return async (options: Parameters<Driver["acquireConnection"]>[0]) => {
        if (inside.getStore() === true) throw new OnceGuardError();
        return target.acquireConnection(options);
      };
    },
  });
}
