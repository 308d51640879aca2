// Who runs a real program of the tests: not root. Any other user runs it as is.

import { chownSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** For `spawn`; empty where the tests' own user will do. */
export type User = { readonly uid?: number; readonly gid?: number };

/** @param preferred  the account that Debian's package of the program makes */
export async function unprivilegedUser(preferred: string): Promise<User> {
  if (process.getuid?.() !== 0) return {};
  const accounts = (await readFile("/etc/passwd", "utf8"))
    .split("\n")
    .map((line) => line.split(":"));
  for (const wanted of [preferred, "nobody"]) {
    const account = accounts.find(([name]) => name === wanted);
    if (account !== undefined) return { uid: Number(account[2]), gid: Number(account[3]) };
  }
  throw new Error(`no unprivileged user to run a server as: add the user ${preferred}`);
}

export function giveTo(user: User, ...paths: readonly string[]): void {
  if (user.uid === undefined || user.gid === undefined) return;
  for (const path of paths) chownSync(path, user.uid, user.gid);
}
