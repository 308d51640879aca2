// A server whose `once` commits the effect first, and then, in a transaction of its own, that it happened.

import { createEffects } from "../../../src/storage/once.ts";
import { serveWith } from "./serve-with.ts";

await serveWith({
  createEffects: (database, account) => {
    const effects = createEffects(database, account);
    return {
      once: async (flow, scope, name, signal, work) => {
        const before = scope === null ? null : await effects.stored(scope, name);
        if (before !== null) return before;
        const result = await effects.once(flow, null, name, signal, work);
        return scope === null || result === null
          ? result
          : effects.once(flow, scope, name, signal, () => result);
      },
      stored: (scope, name) => effects.stored(scope, name),
    };
  },
});
