// Which order a request is about.

import type { Database } from "./tables.ts";

/** As people copy it, with a hash or spaces. `null` for what cannot be an order's number. */
export function parseOrderNumber(typed: string): string | null {
  const digits = typed.replaceAll(/[\s#]/g, "");
  return /^\d{5}$/.test(digits) ? digits : null;
}

/** Says no more than whether there is such an order: a number is easily guessed. */
export async function hasOrder(db: Database, number: string): Promise<boolean> {
  const found = await db
    .selectFrom("orders")
    .select("number")
    .where("number", "=", number)
    .executeTakeFirst();
  return found !== undefined;
}
