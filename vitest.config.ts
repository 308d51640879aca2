// How the tests run: every file in a process of its own, two at a time.
// Files start real servers and embedded databases, so they share nothing but
// the one Postgres cluster that `globalSetup` starts when a file first asks.

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "handlers/**/*.test.ts"],
    globalSetup: ["test/parts/shared-postgres.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A `.only` left behind would silently leave out every other test.
    allowOnly: false,
  },
});
