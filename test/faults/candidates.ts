// The server, and three servers that each break one promise: whoever reconciles has to notice every one of them, or a
// clean run says nothing.

import { fileURLToPath } from "node:url";
import type { ViolationKind } from "./reconcile.ts";
import type { Candidate } from "./stage.ts";

export type Control = Candidate & {
  /** What it must be caught at. */
  readonly breaks: ViolationKind;
};

export const PRODUCT: Candidate = { name: "flowpoint" };

function command(file: string): readonly string[] {
  return [fileURLToPath(new URL(`controls/${file}`, import.meta.url))];
}

export const CONTROLS = {
  acknowledgeFirst: {
    name: "200 before commit",
    command: command("acknowledge-first.ts"),
    breaks: "lost",
  },
  twoTransactions: {
    name: "once in two transactions",
    command: command("two-transactions.ts"),
    breaks: "several-effects",
  },
  /** The real server, on a Postgres that confirms commits before they are on disk. */
  asynchronousCommit: {
    name: "synchronous_commit = off",
    postgres: {
      walWriter: false,
      // Room for what nobody writes, and nobody else to write it.
      settings: { synchronous_commit: "off", wal_buffers: "64MB", bgwriter_lru_maxpages: "0" },
    },
    breaks: "lost",
  },
} as const satisfies Readonly<Record<string, Control>>;
