// A pool whose connections answer in time or are thrown away. A network that swallows packets closes nothing, and pg's
// own limit gives up on the query but hands the silent connection to whoever comes next.

import type { PostgresPool, PostgresPoolClient } from "kysely";
import type pg from "pg";

/** The database did not answer on a connection, which is not used again. */
export class ConnectionSilent extends Error {
  override readonly name = "ConnectionSilent";
}

/** @param limitMs  longest wait for an answer; above the statement timeout, so that a slow answer is not taken for none */
export function requireAnswers(pool: pg.Pool, limitMs: number): PostgresPool {
  return {
    options: pool.options,
    connect: async () => requireAnswersOf(await pool.connect(), limitMs),
    end: () => pool.end(),
  };
}

function requireAnswersOf(client: pg.PoolClient, limitMs: number): PostgresPoolClient {
  let isSilent = false;
  const query = async (text: string, parameters: readonly unknown[]): Promise<pg.QueryResult> => {
    if (isSilent) throw new ConnectionSilent("the connection is not used again");
    const silence = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      isSilent = true;
      silence.reject(new ConnectionSilent(`no answer within ${limitMs} ms`));
    }, limitMs);
    const answer = client.query(text, [...parameters]);
    try {
      return await Promise.race([answer, silence.promise]);
    } finally {
      clearTimeout(timer);
      // It fails when the connection is thrown away, and is answered for.
      answer.catch(() => {});
    }
  };
  return {
    // The other form takes a cursor; the dialect is given none.
    query: query as unknown as PostgresPoolClient["query"],
    release: (destroy) => client.release(destroy === true || isSilent),
  };
}
