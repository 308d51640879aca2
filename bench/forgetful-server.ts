// The server with small memories of what it answered, so that they are full soon: for what is seen only then.

import { serve } from "../src/app/main.ts";
import { ReplayMemory } from "../src/endpoint/replay-memory.ts";

await serve({
  adapters: {
    createReplayMemory: ({ elapsedMs }) =>
      new ReplayMemory({ elapsedMs, windowMs: 20_000, maxHeldBytes: 8 * 1024 * 1024 }),
  },
});
