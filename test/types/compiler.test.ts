// What the compiler says of handlers: where a changed flow.json breaks one, and how much work their types are to it.

import { execFile } from "node:child_process";
import { readFile, realpath, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { filesForFlow } from "../../src/cli/scaffold/scaffold-files.ts";
import { siteOf, writeHandlerFolder } from "../../src/cli/scaffold/write-handler-folder.ts";
import { generateContract } from "../../src/flow-json/generate.ts";
import { makeTemporaryFolder } from "../helpers/spawn-server.ts";

const CHECKOUT = fileURLToPath(new URL("../..", import.meta.url));
const TSC = path.join(CHECKOUT, "node_modules/.bin/tsc");

let temporary: Awaited<ReturnType<typeof makeTemporaryFolder>>;
let folder: string;
beforeAll(async () => {
  temporary = await makeTemporaryFolder();
  folder = path.join(await realpath(temporary.path), "clinic");
});
afterAll(() => temporary.remove());

function compile(...args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(TSC, ["--noEmit", ...args], (_error, stdout) => resolve(stdout));
  });
}

it("points at every line of a handler that used a screen which was renamed", async () => {
  const flowJson = await readFile(path.join(CHECKOUT, "test/flow-json/flows/clinic.json"), "utf8");
  await writeHandlerFolder(folder, filesForFlow("clinic", flowJson, await siteOf(folder)));
  const renamed = generateContract({
    flow: "clinic",
    flowJson: flowJson.replaceAll("DETAILS", "PERSON"),
  });
  await writeFile(path.join(folder, "contract.gen.ts"), renamed);

  const output = await compile("--pretty", "false", "-p", folder);

  const handler = await readFile(path.join(folder, "handler.ts"), "utf8");
  const using = handler
    .split("\n")
    .flatMap((line, index) => (line.includes("DETAILS") ? [index + 1] : []));
  const places = [...output.matchAll(/clinic\/handler\.ts\((\d+),\d+\): error .*DETAILS/g)];
  expect(using).toHaveLength(3);
  expect([...new Set(places.map(([, line]) => Number(line)))]).toEqual(using);
}, 120_000);

/** A fifth over what it was in November 2026, 219,000. Whoever needs more should know what it is spent on. */
const MAX_INSTANTIATIONS = 263_000;

it("stays within its budget of type instantiations for the tests of the types", async () => {
  const config = path.join(path.dirname(folder), "tsconfig.json");
  const types = {
    extends: path.join(CHECKOUT, "tsconfig.json"),
    compilerOptions: { typeRoots: [path.join(CHECKOUT, "node_modules/@types")] },
    files: ["calls", "members", "replies"].map((name) =>
      path.join(CHECKOUT, `test/types/${name}.test-d.ts`),
    ),
  };
  await writeFile(config, JSON.stringify({ ...types, include: [] }));

  // By one thread, for several check some types twice.
  const output = await compile("--extendedDiagnostics", "--singleThreaded", "-p", config);

  const count = Number(/^Instantiations:\s+(\d+)$/m.exec(output)?.[1]);
  expect(output).not.toContain("error TS");
  expect(count).toBeGreaterThan(50_000);
  expect(count).toBeLessThan(MAX_INSTANTIATIONS);
}, 120_000);
