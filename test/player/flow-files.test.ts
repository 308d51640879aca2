// Flows as they are on disk, while a developer mends them.

import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FlowFiles } from "../../src/player/flow-files.ts";
import { FIXTURE_FLOWS, makeTemporaryFolder } from "../helpers/spawn-server.ts";

const clock = { now: () => new Date("2026-11-02T09:00:00Z") };

describe("FlowFiles", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let drillJson: string;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    await cp(path.join(FIXTURE_FLOWS, "drill"), path.join(folder.path, "drill"), {
      recursive: true,
    });
    drillJson = await readFile(path.join(folder.path, "drill/flow.json"), "utf8");
    await mkdir(path.join(folder.path, "broken"));
    await writeFile(path.join(folder.path, "broken/flow.json"), '{\n  "version": 7\n}\n');
  });

  afterAll(() => folder.remove());

  function openFiles(loaded: ConstructorParameters<typeof FlowFiles>[0]["loaded"]): FlowFiles {
    return new FlowFiles({ handlersDir: folder.path, loaded, publicKey: "AAAA", clock });
  }

  it("lists every flow, and says where one is broken", async () => {
    const [broken, drill] = await openFiles(null).list();

    expect(drill).toEqual({
      flow: "drill",
      title: "Start",
      hasEndpoint: true,
      screens: expect.arrayContaining(["START", "DETAILS"]) as unknown,
      problem: null,
    });
    expect(broken).toMatchObject({
      flow: "broken",
      screens: [],
      problem: { file: expect.stringMatching(/broken\/flow\.json$/) as unknown, line: 2 },
    });
  });

  it("says when the server runs another text than there is", async () => {
    const now = await openFiles([{ name: "drill", flowJson: drillJson }]).list();
    const later = await openFiles([{ name: "drill", flowJson: `${drillJson} ` }]).list();
    const before = await openFiles([]).list();

    expect(now[1]?.problem).toBeNull();
    expect(later[1]?.problem?.message).toMatch(/saved after the start/);
    expect(before[1]?.problem?.message).toMatch(/newer than the start/);
  });

  it("tells everything about a flow", async () => {
    const detail = await openFiles(null).detail("drill");

    expect(detail).toMatchObject({
      flow: "drill",
      flowJson: drillJson,
      routes: { START: ["DETAILS", "FILES", "PAPERS"], PAPERS: [], SUMMARY: [] },
      publicKey: "AAAA",
    });
    expect(Array.isArray(detail?.findings)).toBe(true);
  });

  it("tells what is wrong with a broken one, and has no routes of it", async () => {
    const detail = await openFiles(null).detail("broken");

    expect(detail?.routes).toEqual({});
    expect(detail?.findings.map(({ code }) => code)).toContain("INVALID_FLOW_JSON_VERSION");
  });

  it("knows no flow that is a path", async () => {
    expect(await openFiles(null).detail("../drill")).toBeNull();
    expect(await openFiles(null).detail("constructor")).toBeNull();
  });
});
