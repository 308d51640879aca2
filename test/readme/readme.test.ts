// README.md is tested: what it tells people to type must work, and its tables must say what the code says.

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { removeWithUs } from "../helpers/end-with-us.ts";
import { SETTING_NAMES } from "../../src/app/settings.ts";
import { README, withFaultsTable } from "./faults-table.ts";
import { tutorialFiles } from "./tutorial.ts";

const run = promisify(execFile);
const checkout = path.resolve(import.meta.dirname, "../..");
const readme = await readFile(README, "utf8");

describe("README", () => {
  it("has the table of faults that the code has", () => {
    expect(readme).toBe(withFaultsTable(readme));
  });

  it("names every setting, and none that does not exist", () => {
    const [, section = ""] = /<!-- settings -->([^]*?)<!-- \/settings -->/.exec(readme) ?? [];
    const named = [...section.matchAll(/`([A-Z][A-Z0-9_]{3,})`/g)].map(([, name = ""]) => name);

    expect([...new Set(named)].toSorted()).toEqual(SETTING_NAMES.toSorted());
  });

  it("shows a handler that generates, type-checks and loads from outside the checkout", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "flowpoint-readme-"));
    removeWithUs(folder);
    const tsconfig = { extends: path.join(checkout, "tsconfig.handlers.json"), include: ["."] };
    await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
    for (const file of tutorialFiles(readme)) {
      const target = path.join(folder, file.path);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, file.text);
    }
    const env = { ...process.env, HANDLERS_DIR: folder, DATA_DIR: path.join(folder, ".flowpoint") };
    const flowpoint = path.join(checkout, "bin/flowpoint.js");

    await run(process.execPath, [flowpoint, "flows", "generate"], { env });
    await run(path.join(checkout, "node_modules/.bin/tsc"), ["--noEmit", "-p", folder]);
    const { stdout } = await run(process.execPath, [flowpoint, "migrate", "--json"], { env });

    const { applied }: { applied: readonly string[] } = JSON.parse(stdout);
    expect(applied).toContain("call-me-back/0001-callbacks");
  }, 60_000);
});
