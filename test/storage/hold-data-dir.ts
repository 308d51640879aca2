// Holds the folder that it is given until it is killed: the other process of the lock's test.

import { lockDataDir } from "../../src/storage/data-dir-lock.ts";

const [folder = ""] = process.argv.slice(2);

await lockDataDir(folder);
process.stdout.write("held\n");
// The lock itself keeps no process alive.
setInterval(() => {}, 60_000);
