// Deletes files of completions that are there no more, whatever became of them: past their time, erased from another
// machine, or deleted by a process that died before it came to the files. Every instance sweeps its own folder.

import type { MediaStore } from "./ports.ts";

/** @param existing  which of some completions there are */
export async function sweepMedia(
  media: MediaStore,
  existing: (ids: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<void> {
  const ids = await media.list();
  const kept = await existing(ids);
  for (const id of ids) {
    if (!kept.has(id)) await media.remove(id);
  }
}
