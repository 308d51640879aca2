// Where the mistake is that keeps a server from starting, found in what Node and the loader of handlers say.

import { cp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SettingsError } from "../../src/app/settings.ts";
import { describeProblem } from "../../src/cli/dev/describe-problem.ts";
import { loadHandlers } from "../../src/flows/load-handlers.ts";
import { FIXTURE_FLOWS, makeTemporaryFolder } from "../helpers/spawn-server.ts";

describe("describeProblem", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let copies = 0;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
  });

  afterAll(() => folder.remove());

  /** Loads a copy of the drill flow with one file changed. */
  async function problemOf(file: string, change: (text: string) => string) {
    copies += 1;
    const handlersDir = path.join(folder.path, String(copies));
    const changed = path.join(handlersDir, "drill", file);
    await cp(path.join(FIXTURE_FLOWS, "drill"), path.dirname(changed), { recursive: true });
    await writeFile(changed, change(await readFile(changed, "utf8")));
    const error: unknown = await loadHandlers(handlersDir, "regenerate").then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return { changed, problem: describeProblem(error) };
  }

  it("finds a mistake in flow.json", async () => {
    const { changed, problem } = await problemOf("flow.json", (text) =>
      text.replace('"title": "Start",', '"title": "Start"'),
    );

    expect(problem).toMatchObject({ file: changed, column: expect.any(Number) as unknown });
    expect(problem.line).toBeGreaterThan(10);
  });

  it("finds an error that a handler throws when it is loaded", async () => {
    const { changed, problem } = await problemOf(
      "handler.ts",
      (text) => `throw new Error("not today");\n${text}`,
    );

    expect(problem).toMatchObject({ file: changed, line: 1 });
    expect(problem.message).toContain("not today");
  });

  it("names the file where there is no line", async () => {
    const { changed, problem } = await problemOf("handler.ts", () => "export const x = 1;\n");

    expect(problem).toMatchObject({ file: changed, line: null, column: null });
  });

  it("names no file for a problem with a setting", () => {
    const error = new SettingsError([{ name: "PORT", rule: "must be a number" }]);
    error.stack = `${error.name}: ${error.message}`;

    expect(describeProblem(error)).toEqual({
      message: "PORT: must be a number",
      file: null,
      line: null,
      column: null,
    });
  });

  it("never names the server's own files", () => {
    const own = path.resolve(import.meta.dirname, "../../src/flows/reply.ts");
    const error = new Error("odd");
    error.stack = `Error: odd\n    at x (file://${own}:3:4)\n    at file:///flows/a/handler.ts:5:6`;

    expect(describeProblem(error)).toMatchObject({ file: "/flows/a/handler.ts", line: 5 });
  });
});
