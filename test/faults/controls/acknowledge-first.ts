// A server that says 200 and then begins to store, as webhook receivers do that only want to be quick.

import { createNotificationStore } from "../../../src/storage/notification-store.ts";
import { serveWith } from "./serve-with.ts";

await serveWith({
  createNotificationStore: (db, queue, account) => {
    const store = createNotificationStore(db, queue, account);
    return {
      store: async (items, signal) => {
        // Nobody hears of it when it fails: that is what is wrong with it.
        store.store(items, signal).catch(() => {});
        return new Set(items);
      },
    };
  },
});
