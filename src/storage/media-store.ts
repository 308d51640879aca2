// Files of completions in a folder: one folder per completion, one file per file. Names are the server's own, so nothing
// that a user wrote is ever a path.

import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { MediaStore } from "../completions/ports.ts";

/** While a file is being written; swept away with its folder if that never ends. */
const UNFINISHED = ".part";

/** Whatever else lies in the folder is not ours. */
const COMPLETION_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @param folder  made when the first file comes; several servers may share it */
export function createMediaFolder(folder: string): MediaStore {
  const folderOf = (completionId: string): string => path.join(folder, completionId);
  const fileOf = (completionId: string, name: string): string =>
    path.join(folderOf(completionId), name);
  return {
    open: (completionId, name) => createReadStream(fileOf(completionId, name)),
    async sizeOf(completionId, name) {
      return (await orNull(stat(fileOf(completionId, name))))?.size ?? null;
    },
    async write(completionId, name, content) {
      const file = fileOf(completionId, name);
      const unfinished = `${file}${UNFINISHED}`;
      await mkdir(folderOf(completionId), { recursive: true, mode: 0o700 });
      // Opened first: content that fails at once would else be cleared away before its file is made.
      const handle = await open(unfinished, "w", 0o600);
      try {
        await pipeline(content, handle.createWriteStream());
        await rename(unfinished, file);
      } finally {
        await rm(unfinished, { force: true });
      }
    },
    async remove(completionId) {
      await rm(folderOf(completionId), { recursive: true, force: true });
    },
    async list() {
      const entries = (await orNull(readdir(folder, { withFileTypes: true }))) ?? [];
      return entries
        .filter((entry) => entry.isDirectory() && COMPLETION_ID.test(entry.name))
        .map(({ name }) => name);
    },
  };
}

/** `null` for what is not there. */
async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
