// Files of completions, kept in memory as long as the flow of a test is open.

import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { MediaStore } from "../completions/ports.ts";

export function createMemoryMediaStore(): MediaStore {
  const byCompletion = new Map<string, Map<string, Buffer>>();
  return {
    sizeOf: async (id, name) => byCompletion.get(id)?.get(name)?.length ?? null,
    async write(id, name, content) {
      const files = byCompletion.get(id) ?? new Map<string, Buffer>();
      files.set(name, await buffer(content));
      byCompletion.set(id, files);
    },
    open: (id, name) => Readable.from([byCompletion.get(id)?.get(name) ?? Buffer.alloc(0)]),
    async remove(id) {
      byCompletion.delete(id);
    },
    list: async () => [...byCompletion.keys()],
  };
}
