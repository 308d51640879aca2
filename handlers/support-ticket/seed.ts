// Demonstration data: five orders. What is there already is left alone.

import type { Transaction } from "kysely";
import type { Tables } from "./tables.ts";

const ORDERS = ["10001", "10002", "10003", "10004", "10005"];

export default async function seed(trx: Transaction<Tables>): Promise<void> {
  await trx
    .insertInto("orders")
    .values(ORDERS.map((number) => ({ number })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
