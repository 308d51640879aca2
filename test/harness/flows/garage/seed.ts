// Demonstration data: one part in stock and one that is not.

import type { HandlerTransaction } from "flowpoint";

// oxlint-disable-next-line import/no-default-export -- what loads a handler asks for it
export default async function seed(trx: HandlerTransaction): Promise<void> {
  await trx
    .insertInto("parts")
    .values([
      { id: "door", title: "Door", stock: 1 },
      { id: "roof", title: "Roof", stock: 0 },
      { id: "seat", title: "Seat", stock: 3 },
    ])
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
