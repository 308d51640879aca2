// Remembers flow tokens that verified: a user sends the same one with every screen.

import { LRUCache } from "lru-cache";
import type { FlowTokenReader } from "../endpoint/ports.ts";
import type { FlowTokenContent } from "../protocol/flow-token.ts";

/** About 10 MB at the longest tokens. */
const MAX_TOKENS = 10_000;

/** Expiry is judged at every use by whoever asks; only the signature is remembered. */
export function remembering(reader: FlowTokenReader): FlowTokenReader {
  const verified = new LRUCache<string, FlowTokenContent>({ max: MAX_TOKENS });
  return {
    verify: async (token) => {
      const known = verified.get(token);
      if (known !== undefined) return known;
      const content = await reader.verify(token);
      if (content !== null) verified.set(token, content);
      return content;
    },
  };
}
