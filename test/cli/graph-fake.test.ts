// The stand-in for the Graph API as a command of its own.

import { describe, expect, it } from "vitest";
import { start } from "../helpers/spawn-server.ts";
import { openMetaSide } from "./flows-at-meta.ts";

describe("flowpoint graph fake", () => {
  it(
    "prints the settings for it, makes the faults it is told to, and ends on a signal",
    { timeout: 120_000 },
    async () => {
      const meta = await openMetaSide();
      const fake = start(["graph", "fake", "--fault", "POST flows=answer-lost"], {});
      const printed = await fake.waitForOutput(/GRAPH_API_URL=[^]*\nPUBLIC_URL=\S+/);
      const env: Record<string, string> = {};
      for (const line of printed[0].split("\n")) {
        const [name = "", value = ""] = line.split("=");
        env[name] = value;
      }

      const failed = await meta.flowpoint(["flows", "deploy", "feedback"], env);
      const finished = await meta.flowpoint(["flows", "deploy", "feedback"], env);

      fake.signal("SIGTERM");
      const exit = await fake.exited;
      await meta.stop();
      expect(failed.stderr).toContain("it may have been done all the same");
      expect(finished).toMatchObject({ status: 0 });
      expect(exit).toEqual({ status: 0, signal: null });
    },
  );
});
