// What doctor says of a folder that was meant to be a flow.

import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { checkHandlers } from "../../src/cli/doctor/check-handlers.ts";
import { makeTemporaryFolder } from "../helpers/spawn-server.ts";

it("doctor names a folder with a handler.ts and no flow.json, and passes over one with neither", async () => {
  const root = await makeTemporaryFolder();
  for (const file of ["hello/handler.ts", "hello/flows.json", "notes/README.md"]) {
    await mkdir(path.dirname(path.join(root.path, file)), { recursive: true });
    await writeFile(path.join(root.path, file), "");
  }

  const { diagnoses } = await checkHandlers(root.path);
  await root.remove();

  expect(diagnoses).toEqual([
    {
      check: "handlers",
      state: "fail",
      detail: expect.stringMatching(/\/hello has a handler\.ts but no flow\.json$/) as unknown,
      remedy: "name its Flow JSON flow.json, or move the folder out of HANDLERS_DIR",
    },
  ]);
});
