// Two deployments from one folder at the same time: the second is told of the first, and creates nothing beside it.

import { access } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { start } from "../helpers/spawn-server.ts";
import { openMetaSide } from "./flows-at-meta.ts";

const DEPLOY = ["flows", "deploy", "feedback"];

it(
  "keeps a second deployment out until the first has ended, or is gone",
  { timeout: 120_000 },
  async () => {
    const silence = Promise.withResolvers<void>();
    const trouble = { isOver: false };
    const meta = await openMetaSide({
      chooseFault: ({ name }) => (name === "POST flows" && !trouble.isOver ? "answer-stuck" : null),
      onSilence: silence.resolve,
    });
    const held = path.join(meta.folder, "handlers", "flows.lock.json.held");
    const first = start(DEPLOY, meta.env);
    await silence.promise;
    trouble.isOver = true;

    const second = await meta.flowpoint(DEPLOY);
    const elsewhere = await meta.flowpoint([...DEPLOY, "--env", "staging"]);
    const plan = await meta.flowpoint(["flows", "plan", "feedback"]);
    first.signal("SIGKILL");
    await first.exited;
    const third = await meta.flowpoint(DEPLOY);

    for (const refused of [second, elsewhere]) {
      expect(refused).toMatchObject({ status: 1, stdout: "" });
      expect(refused.stderr).toMatch(
        new RegExp(
          `^flowpoint flows deploy --env default is at work here since \\S+ \\(process ${first.pid}\\); wait until it has ended, and run this again\n$`,
        ),
      );
    }
    // What changes nothing need not wait.
    expect(plan).toMatchObject({ status: 0 });
    expect(third).toMatchObject({ status: 0 });
    expect(third.stderr).toContain(
      `flowpoint flows deploy --env default (process ${first.pid}) ended without finishing; going on`,
    );
    expect(meta.graph.graph.flows.all).toHaveLength(1);
    await expect(access(held)).rejects.toThrow("ENOENT");
    await meta.stop();
  },
);
