// What Meta, the network or a file refuses: one sentence with the next step, and nothing half done that the next run
// does not finish.

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { GraphServerOptions } from "../../src/graph/fake/graph-server.ts";
import type { Environment } from "../helpers/spawn-server.ts";
import { ACCESS_TOKEN, type MetaSide, openMetaSide } from "./flows-at-meta.ts";

const DEPLOY = ["flows", "deploy", "feedback", "--publish"];

async function withMeta(
  options: Partial<GraphServerOptions>,
  use: (meta: MetaSide) => Promise<void>,
): Promise<void> {
  const meta = await openMetaSide(options);
  try {
    await use(meta);
  } finally {
    await meta.stop();
  }
}

/** The last line: before it stand the steps that were taken. */
function lastLine(stderr: string): string {
  return stderr.trimEnd().split("\n").at(-1) ?? "";
}

describe("a deployment that is refused", { timeout: 120_000 }, () => {
  it.each<{
    readonly name: string;
    readonly env: Environment;
    readonly says: readonly string[];
  }>([
    {
      name: "for a wrong token",
      env: { WHATSAPP_ACCESS_TOKEN: "another-token" },
      says: ["code 190", "WHATSAPP_ACCESS_TOKEN is wrong or no longer good; make a new one"],
    },
    {
      name: "for want of settings",
      env: { WHATSAPP_ACCESS_TOKEN: "" },
      says: ["WHATSAPP_ACCESS_TOKEN: must be set: a system user's token"],
    },
  ])("$name says so and what to do", async ({ env, says }) => {
    await withMeta({}, async (meta) => {
      const { status, stdout, stderr } = await meta.flowpoint(DEPLOY, env);

      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      for (const words of says) expect(lastLine(stderr)).toContain(words);
      expect(stderr).not.toContain(ACCESS_TOKEN);
      expect(stderr).not.toContain("another-token");
      expect(stderr).not.toMatch(/^ {4}at /m);
    });
  });

  it("for a flow that cannot be changed once published says so and what to do", async () => {
    await withMeta({ isPublishedFinal: true }, async (meta) => {
      await meta.flowpoint(["keys", "upload"]);
      await meta.flowpoint(DEPLOY);
      await meta.edit("Feedback", "Opinion");

      const refused = await meta.flowpoint(DEPLOY);
      const renewed = await meta.flowpoint([...DEPLOY, "--new", "--name", "feedback-2"]);

      expect(refused.status).toBe(1);
      expect(lastLine(refused.stderr)).toContain("code 139001");
      expect(lastLine(refused.stderr)).toContain("--new --name");
      expect(renewed.status).toBe(0);
      expect(meta.graph.graph.flows.all).toHaveLength(2);
    });
  });

  it("for errors in the flow.json shows them at their lines", async () => {
    await withMeta({}, async (meta) => {
      await meta.edit('"FORM": []', '"FORM": ["NOWHERE"]');

      const { status, stdout, stderr } = await meta.flowpoint(DEPLOY);

      expect(status).toBe(1);
      expect(stdout).toMatch(/^feedback: deployed, DRAFT/);
      expect(stderr).toMatch(/flow\.json:4:\d+ .*\n.*\n> 4 \| /);
      expect(lastLine(stderr)).toContain("mend its flow.json and deploy it again");
    });
  });
});

describe("a step that Meta refuses", { timeout: 120_000 }, () => {
  it.each([
    [["flows", "publish", "feedback"], "code 139002"],
    [["flows", "deploy", "feedback", "--publish"], "code 139002"],
    [["flows", "deprecate", "feedback", "--yes"], "code 139003"],
  ])("%j is not one that was begun", async (args, code) => {
    await withMeta({}, async (meta) => {
      await meta.flowpoint(["flows", "deploy", "feedback"]);

      const refused = await meta.flowpoint(args);

      const file = path.join(meta.folder, "handlers", "flows.lock.json");
      expect(refused).toMatchObject({ status: 1, stdout: "" });
      expect(lastLine(refused.stderr)).toContain(code);
      expect(await readFile(file, "utf8")).toContain('"pending": null');
    });
  });
});

describe("a lockfile changed by hand", { timeout: 120_000 }, () => {
  it("is refused before Meta is asked for anything", async () => {
    await withMeta({}, async (meta) => {
      await meta.flowpoint(["flows", "deploy", "feedback"]);
      const file = path.join(meta.folder, "handlers", "flows.lock.json");
      await writeFile(file, (await readFile(file, "utf8")).replace("Feedback", "Fredback"));
      const steps = meta.graph.steps.length;

      const { status, stderr } = await meta.flowpoint(DEPLOY);

      expect(status).toBe(1);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(stderr).toContain("was changed by hand; restore it from version control");
      expect(meta.graph.steps).toHaveLength(steps);
    });
  });
});

describe("wrong usage", { timeout: 120_000 }, () => {
  it.each([
    [["flows", "deploy", "--name", "x"], "--name and --new go with exactly one flow"],
    [["send", "--to", "4915112345678", "--flow", "f", "--template", "t"], "go together"],
    [["graph", "fake", "--fault", "publish"], "must be a step"],
  ])("%j ends with 2", async (args, says) => {
    await withMeta({}, async (meta) => {
      const { status, stderr } = await meta.flowpoint(args);

      expect(status).toBe(2);
      expect(stderr).toContain(says);
      expect(meta.graph.steps).toEqual([]);
    });
  });
});
