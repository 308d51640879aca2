// `flowpoint flows check` as its users run it.

import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeTemporaryFolder, run } from "../helpers/spawn-server.ts";
import { HANDLERS_DIR } from "./book-appointment.ts";

const FLOWS = fileURLToPath(new URL("../flow-json/flows", import.meta.url));
const SEED = path.join(FLOWS, "seed-appointment-6.1.json");
const CLEAN = path.join(FLOWS, "seed-appointment-fixed-7.3.json");

type Folder = Awaited<ReturnType<typeof makeTemporaryFolder>>;
const parts: { folder?: Folder } = {};

beforeAll(async () => {
  parts.folder = await makeTemporaryFolder();
});

afterAll(() => parts.folder?.remove());

function inFolder(...names: readonly string[]): string {
  return path.join(parts.folder?.path ?? "", ...names);
}

function check(...args: readonly string[]) {
  return run(["flows", "check", ...args], { HANDLERS_DIR });
}

type Report = readonly {
  readonly file: string;
  readonly version: string | null;
  readonly findings: readonly Readonly<Record<string, unknown>>[];
}[];

describe("flows check", () => {
  it("shows every fault with its place, the line and what to do", async () => {
    const { status, stdout, stderr } = await check(SEED);

    expect(status).toBe(1);
    expect(stdout).toContain(
      [
        `${SEED}:5:13 error id may hold only letters and underscores`,
        "  4 |     {",
        '> 5 |       "id": "APPOINTMENT_SCREEN_1",',
        "    |             ^^^^^^^^^^^^^^^^^^^^^^",
        '  write `"APPOINTMENT_SCREEN"`, here and wherever the screen is named',
        "  PATTERN_MISMATCH at screens[0].id",
      ].join("\n"),
    );
    expect(stdout).toContain(`${SEED}:47:25 error`);
    expect(stderr).toMatch(/^6 errors, \d+ warnings? in 1 file\n$/);
  });

  it("reports with --as-meta what Meta's upload would", async () => {
    const { status, stdout } = await check(SEED, "--as-meta", "--json");

    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual([
      {
        file: SEED,
        version: "6.1",
        findings: [
          {
            code: "PATTERN_MISMATCH",
            severity: "error",
            source: "meta",
            path: "screens[0].id",
            line: 5,
            column: 13,
            message: expect.any(String),
            hint: expect.any(String),
          },
        ],
      },
    ]);
  });

  it("succeeds where there are no errors", async () => {
    const { status, stdout } = await check(CLEAN, "--json", "--as-meta");

    expect({ status, stdout: JSON.parse(stdout) as unknown }).toEqual({
      status: 0,
      stdout: [{ file: CLEAN, version: "7.3", findings: [] }],
    });
  });

  it("checks all flows of HANDLERS_DIR when nothing is named", async () => {
    const { status, stdout } = await check("--json");

    expect(status).toBe(0);
    // As seen from where the command ran, which may be above the checkout.
    expect((JSON.parse(stdout) as Report).map(({ file }) => file)).toContainEqual(
      expect.stringMatching(/handlers\/book-appointment\/flow\.json$/),
    );
  });

  it("takes of a folder every flow.json or, without any, every JSON file", async () => {
    for (const name of ["flows/a", "flows/b/node_modules/c", "loose"]) {
      await mkdir(inFolder(name), { recursive: true });
    }
    await copyFile(CLEAN, inFolder("flows/a/flow.json"));
    await copyFile(CLEAN, inFolder("flows/b/flow.json"));
    await copyFile(CLEAN, inFolder("flows/b/answers.json"));
    await copyFile(CLEAN, inFolder("flows/b/node_modules/c/flow.json"));
    await copyFile(CLEAN, inFolder("loose/one.json"));
    await copyFile(CLEAN, inFolder("loose/two.json"));

    const { stdout } = await check("--json", inFolder("loose"), inFolder("flows"));

    expect((JSON.parse(stdout) as Report).map(({ file }) => file)).toEqual([
      inFolder("loose/one.json"),
      inFolder("loose/two.json"),
      inFolder("flows/a/flow.json"),
      inFolder("flows/b/flow.json"),
    ]);
  });

  it("answers wrong usage with 2: no such file, nothing to check, no such option", async () => {
    await mkdir(inFolder("empty"), { recursive: true });

    for (const wrong of [inFolder("nowhere.json"), inFolder("empty"), "--strict"]) {
      const { status, stdout, stderr } = await check(wrong);

      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).toContain(path.basename(wrong));
    }
  });

  it("writes with --fix what can be mended, and reports the rest", async () => {
    const file = inFolder("seed.json");
    await copyFile(SEED, file);

    const first = await check(file, "--fix", "--json");
    const mended = await readFile(file, "utf8");

    expect(first.status).toBe(1);
    expect(first.stderr).toBe(`${file}: 4 fixes written\n`);
    const [report] = JSON.parse(first.stdout) as Report;
    expect(
      report?.findings.filter(({ severity }) => severity === "error").map(({ code }) => code),
    ).toEqual(["INVALID_DATE_RANGE", "INVALID_DATE_RANGE"]);
    expect(mended).toContain('"id": "APPOINTMENT_SCREEN"');
    expect(mended).toContain("${screen.APPOINTMENT_SCREEN.form.full_name}");
  });

  it("leaves a file alone in which --fix finds nothing to mend", async () => {
    const file = inFolder("broken.json");
    await writeFile(file, "{");

    const { status, stderr } = await check(file, "--fix");

    expect(status).toBe(1);
    expect(stderr).toBe("1 error, 0 warnings in 1 file\n");
    expect(await readFile(file, "utf8")).toBe("{");
  });

  it("says of a file that is no text that it is none, and keeps it", async () => {
    const file = inFolder("latin.json");
    const bytes = Buffer.from('{"a":"\u00e9"}', "latin1");
    await writeFile(file, bytes);

    const { status, stdout } = await check(file, "--fix", "--json");

    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([{ findings: [{ code: "INVALID_FLOW_JSON" }] }]);
    expect(await readFile(file)).toEqual(bytes);
  });
});
