// A flow that was built at Meta, brought here: what `flows pull` writes and says is followed to a server that runs it.

import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spawnServer } from "../helpers/spawn-server.ts";
import { type MetaSide, openMetaSide } from "./flows-at-meta.ts";

const TSC = fileURLToPath(new URL("../../node_modules/.bin/tsc", import.meta.url));

const opened: { meta?: MetaSide } = {};

beforeAll(async () => {
  opened.meta = await openMetaSide();
});

afterAll(() => opened.meta?.stop());

function metaSide(): MetaSide {
  if (opened.meta === undefined) throw new Error("the stand-in did not start");
  return opened.meta;
}

/** In the folder of handlers. */
function inHandlers(...names: readonly string[]): string {
  return path.join(metaSide().folder, "handlers", ...names);
}

/** As somebody does in Meta's Flow Builder. */
async function buildAtMeta(name: string): Promise<string> {
  const { flows } = metaSide().graph.graph;
  const flow_json = await readFile(inHandlers("feedback", "flow.json"), "utf8");
  await flows.create({ name, categories: ["SURVEY"], flow_json });
  return flows.all.find((flow) => flow.name === name)?.id ?? "";
}

describe("flows pull", { timeout: 180_000 }, () => {
  it("names the next command, and what that writes type-checks and runs", async () => {
    const meta = metaSide();
    const id = await buildAtMeta("Opinions of customers");

    const pulled = await meta.flowpoint(["flows", "pull", "opinion", "--id", id]);
    const [, next = ""] = /^then run: flowpoint (.*)\n$/.exec(pulled.stderr) ?? [];
    const scaffolded = await meta.flowpoint(next.split(" "));

    expect(pulled).toMatchObject({ status: 0, stdout: `${inHandlers("opinion", "flow.json")}\n` });
    expect(next).toBe(`flows scaffold ${inHandlers("opinion", "flow.json")}`);
    expect(scaffolded).toMatchObject({ status: 0, stderr: "" });
    await promisify(execFile)(TSC, ["--noEmit", "-p", inHandlers("opinion")]);
    expect(await meta.flowpoint(["flows", "generate", "--check"])).toMatchObject({ status: 0 });
    expect((await meta.flowpoint(["flows", "plan", "opinion"])).stdout).not.toContain(
      "to be created",
    );

    const server = await spawnServer(meta.env["DATA_DIR"] ?? "", meta.env);
    const answers = inHandlers("answers.json");
    await writeFile(answers, JSON.stringify({ FORM: { line: "Thank you!" } }));
    const simulated = await meta.flowpoint(
      ["simulate", "opinion", "--url", server.url, "--answers", answers, "--json"],
      { PORT: new URL(server.url).port },
    );
    await server.stop();
    expect(JSON.parse(simulated.stdout)).toMatchObject({ outcome: "completed", screens: ["FORM"] });
  });

  it("replaces what is here only when told to, and then names the contract as what is next", async () => {
    const meta = metaSide();
    await meta.flowpoint(["flows", "deploy", "feedback"]);
    await meta.edit("Feedback", "Opinion");
    const mine = await readFile(inHandlers("feedback", "flow.json"), "utf8");

    const refused = await meta.flowpoint(["flows", "pull", "feedback"]);
    const kept = await readFile(inHandlers("feedback", "flow.json"), "utf8");
    const forced = await meta.flowpoint(["flows", "pull", "feedback", "--force"]);

    expect(refused).toMatchObject({ status: 1, stdout: "" });
    expect(refused.stderr).toContain("replace it with --force");
    expect(kept).toBe(mine);
    expect(forced).toMatchObject({
      status: 0,
      stderr: "then run: flowpoint flows generate feedback\n",
    });
    expect(await readFile(inHandlers("feedback", "flow.json"), "utf8")).toContain("Feedback");
  });

  it("refuses a flow of another folder, a name that no handler can have, and a flow that it knows nothing of", async () => {
    const meta = metaSide();
    await meta.flowpoint(["flows", "deploy", "feedback"]);
    const id = meta.graph.graph.flows.all.find(({ name }) => name === "feedback")?.id ?? "";
    const steps = meta.graph.steps.length;

    const owned = await meta.flowpoint(["flows", "pull", "other", "--id", id]);
    const badName = await meta.flowpoint(["flows", "pull", "My Flow", "--id", "1"]);
    const unknown = await meta.flowpoint(["flows", "pull", "unknown"]);

    expect(owned).toMatchObject({ status: 1 });
    expect(owned.stderr).toContain("that flow is feedback in environment default");
    expect(badName).toMatchObject({ status: 2 });
    expect(badName.stderr).toContain("a flow's folder is named");
    expect(unknown).toMatchObject({ status: 1 });
    expect(unknown.stderr).toContain("--id");
    expect(meta.graph.steps).toHaveLength(steps);
  });
});
