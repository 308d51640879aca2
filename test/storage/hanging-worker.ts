// A process that works the queue of the database whose URL it is given, and never gets done with a job: to be killed.

import { openDatabase } from "../../src/storage/database.ts";
import { createQueue } from "../../src/storage/queue.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const [, , url = ""] = process.argv;
const database = await openDatabase({ kind: "postgres", url, poolMax: 2 }, log);
const queue = createQueue(database, log, { upkeep: true });
await queue.start();
queue.work("completion", { slots: 2, deadlineMs: 600_000, pollMs: 500 }, (id) => {
  process.stdout.write(`${id}\n`);
  return new Promise(() => {});
});
