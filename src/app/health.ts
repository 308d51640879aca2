// Whether this instance should get traffic. Liveness is not here: a process that answers at all is alive.

import type { Database } from "../storage/database.ts";

export type Phase = "starting" | "migrations-pending" | "ready" | "draining";

export type Readiness = {
  readonly ready: boolean;
  readonly phase: Phase;
  readonly database: "up" | "down";
};

const CHECK_TIMEOUT_MS = 500;

export class Health {
  #phase: Phase = "starting";
  readonly #database: Database;
  #checking: Promise<boolean> | null = null;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Once draining, an instance stays so. */
  enter(phase: Phase): void {
    if (this.#phase !== "draining") this.#phase = phase;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** A database outage is told but does not count: pings and handlers without database still work. */
  async read(): Promise<Readiness> {
    const database = (await this.#isDatabaseUp()) ? "up" : "down";
    return { ready: this.#phase === "ready", phase: this.#phase, database };
  }

  async #isDatabaseUp(): Promise<boolean> {
    const late = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => late.resolve(false), CHECK_TIMEOUT_MS);
    try {
      return await Promise.race([this.#check(), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** However many ask, one query is under way: it may be waiting for the database itself. */
  #check(): Promise<boolean> {
    this.#checking ??= this.#database
      .check()
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        this.#checking = null;
      });
    return this.#checking;
  }
}
