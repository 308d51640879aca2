// `flowpoint flows scaffold` as its users run it; and what it writes, for every flow that the linter lets through.

import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, realpath, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { filesForFlow } from "../../src/cli/scaffold/scaffold-files.ts";
import { siteOf, writeHandlerFolder } from "../../src/cli/scaffold/write-handler-folder.ts";
import { checkFlowJson } from "../../src/flow-json/check/check-flow-json.ts";
import { readCases } from "../flow-json/check/expected-cases.ts";
import { makeTemporaryFolder, run } from "../helpers/spawn-server.ts";
import { HANDLERS_DIR } from "./book-appointment.ts";

const CHECKOUT = fileURLToPath(new URL("../..", import.meta.url));
const FLOWS = path.join(CHECKOUT, "test/flow-json/flows");
const SEED = path.join(FLOWS, "seed-appointment-6.1.json");
const CLINIC = path.join(FLOWS, "clinic.json");

let temporary: Awaited<ReturnType<typeof makeTemporaryFolder>>;
let root: string;
beforeAll(async () => {
  temporary = await makeTemporaryFolder();
  root = await realpath(temporary.path);
  const base = path.join(CHECKOUT, "tsconfig.handlers.json");
  await writeFile(
    path.join(root, "tsconfig.json"),
    JSON.stringify({ extends: base, include: ["."] }),
  );
});
afterAll(() => temporary.remove());

function scaffold(...args: readonly string[]) {
  return run(["flows", "scaffold", ...args], { HANDLERS_DIR: path.join(root, "made") });
}

/** Programs that people run themselves, without what our own runner has set for its workers. */
function runProgram(program: string, ...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env["PATH"], HOME: process.env["HOME"] };
  return new Promise((resolve) => {
    execFile(program, args, { cwd: root, env }, (error, stdout, stderr) => {
      resolve(`${stdout}${stderr}exit ${error?.code ?? 0}`);
    });
  });
}

describe("flows scaffold", () => {
  it("writes a handler folder into HANDLERS_DIR and says which files", async () => {
    const { status, stdout, stderr } = await scaffold(CLINIC, "--name", "my-clinic");

    const folder = path.join(root, "made/my-clinic");
    const names = [
      "flow.json",
      "contract.gen.ts",
      "handler.ts",
      "example-data.ts",
      "handler.test.ts",
      "tsconfig.json",
    ];
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toBe(names.map((name) => `${path.join(folder, name)}\n`).join(""));
    expect((await readdir(folder)).toSorted()).toEqual(names.toSorted());
    expect(await readFile(path.join(folder, "flow.json"))).toEqual(await readFile(CLINIC));
  });

  it("has every member that the contract demands", async () => {
    await scaffold(CLINIC, "--to", path.join(root, "clinic"));

    const handler = await readFile(path.join(root, "clinic/handler.ts"), "utf8");
    expect(handler).toContain('init(reply) {\n    return reply.show("APPOINTMENT", examples.APPO');
    expect(handler).toContain('case "submitted":\n          return reply.show("DETAILS", examples');
    expect(handler).toContain(
      'DETAILS(input, reply) {\n      return reply.show("SUMMARY", examples',
    );
    expect(handler).toContain('DETAILS(reply) {\n      return reply.show("APPOINTMENT", examples');
    expect(handler).toContain("return reply.finish({});");
    expect(handler).toContain("completed(completion, call) {");
  });

  it("completes the folder that a flow.json lies in, and overwrites nothing", async () => {
    const folder = path.join(root, "made/in-place");
    const file = path.join(folder, "flow.json");
    await mkdir(folder, { recursive: true });
    await writeFile(file, await readFile(CLINIC));

    const first = await scaffold(file);
    await writeFile(path.join(folder, "handler.ts"), "// mine");
    const second = await scaffold(file);

    expect(first.status).toBe(0);
    expect(first.stdout).not.toContain("flow.json");
    expect(second).toMatchObject({ status: 1, stdout: "" });
    expect(second.stderr).toContain(`${path.join(folder, "handler.ts")} is there already`);
    expect(await readFile(path.join(folder, "handler.ts"), "utf8")).toBe("// mine");
  });

  it("shows what is wrong with a flow.json that has errors, and writes nothing", async () => {
    const { status, stdout, stderr } = await scaffold(SEED, "--name", "seed");

    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(`${SEED}:5:13 error id may hold only letters and underscores`);
    expect(stderr).toMatch(/6 errors, \d+ warnings? in 1 file; nothing was written/);
    await expect(readdir(path.join(root, "made/seed"))).rejects.toThrow("ENOENT");
  });

  it("starts from a handler that ships, under a name of its own", async () => {
    const folder = path.join(root, "shipped", "my-survey");

    const { status } = await scaffold("--from", "nps-survey", "--to", folder);

    const contract = await readFile(path.join(folder, "contract.gen.ts"), "utf8");
    const shipped = await readdir(path.join(HANDLERS_DIR, "nps-survey"));
    expect(status).toBe(0);
    expect(contract).toContain('name: "my-survey"');
    expect((await readdir(folder)).toSorted()).toEqual([...shipped, "tsconfig.json"].toSorted());
  });

  it("answers wrong usage with 2", async () => {
    const wrong: readonly (readonly [readonly string[], string])[] = [
      [[], "name either a flow.json, or a handler with --from"],
      [[CLINIC, "--from", "nps-survey"], "name either a flow.json, or a handler with --from"],
      [["--from", "nps", "--name", "mine"], "no handler nps to start from; there are: book-"],
      [[CLINIC, "--name", "My Clinic"], "a flow's folder is named with a-z"],
      [[CLINIC, "--name", "public"], "is not public or flowpoint"],
      [[CLINIC, "--name", "mine", "--to", path.join(root, "other")], "let --to end with --name"],
    ];
    const answers = await Promise.all(wrong.map(([args]) => scaffold(...args)));

    expect(answers).toMatchObject(
      wrong.map(([, message]) => ({
        status: 2,
        stdout: "",
        stderr: expect.stringContaining(message),
      })),
    );
  }, 60_000);

  it("says of a file that is not there that it cannot be read", async () => {
    const { status, stderr } = await scaffold(path.join(root, "nowhere.json"));

    expect(status).toBe(1);
    expect(stderr).toContain("nowhere.json cannot be read; name an existing file");
  });

  it("has a handler inside the checkout tested and type-checked as the others there are", async () => {
    expect(await siteOf(path.join(HANDLERS_DIR, "mine"))).toEqual({
      runner: "vitest",
      tsconfig: null,
    });
  });
});

/** Of different kinds: with and without an endpoint, data API 4.0, selections, BACK, files, dates, a circle of routes. */
const WALKED = [
  "api-version-40-on-73-valid",
  "clinic",
  "every-component",
  "form-init-wrong-type-63",
  "nps-survey",
  "routing-3-cycle",
];

describe("what is scaffolded for every flow that the linter lets through", () => {
  beforeAll(async () => {
    const handlers = ["nps-survey", "qualify-lead", "request-quote", "support-ticket"];
    const flows = [
      ...readCases(),
      ...(await readFlows(["clinic", "every-component"], (name) => `${FLOWS}/${name}.json`)),
      ...(await readFlows(handlers, (name) => `${HANDLERS_DIR}/${name}/flow.json`)),
    ].filter(({ text }) => !checkFlowJson(text).findings.some(isError));
    for (const { name, text } of flows) {
      const flow = name.toLowerCase();
      const folder = path.join(root, "accepted", flow);
      await writeHandlerFolder(folder, filesForFlow(flow, text, await siteOf(folder)));
    }
  });

  it("type-checks", async () => {
    const tsc = path.join(CHECKOUT, "node_modules/.bin/tsc");

    expect((await readdir(path.join(root, "accepted"))).length).toBeGreaterThan(20);
    expect(await runProgram(tsc, "--noEmit", "-p", root)).toBe("exit 0");
  }, 120_000);

  it("passes its own test, which walks the flow", async () => {
    const tests = WALKED.map((name) => path.join(root, "accepted", name, "handler.test.ts"));

    const output = await runProgram(
      process.execPath,
      "--import",
      path.join(CHECKOUT, "src/harness/register.ts"),
      "--test",
      "--test-isolation=none",
      "--test-reporter=tap",
      ...tests,
    );

    const results = output.split("\n").filter((line) => /^(?:not )?ok /.test(line));
    expect(results.map((line) => line.replace(/^ok \d+ - /, ""))).toEqual(
      WALKED.map(() => "goes from the first screen to the end"),
    );
    expect(output).toMatch(/exit 0$/);
  }, 180_000);
});

function isError({ severity }: { readonly severity: string }): boolean {
  return severity === "error";
}

function readFlows(names: readonly string[], fileOf: (name: string) => string) {
  return Promise.all(
    names.map(async (name) => ({ name, text: await readFile(fileOf(name), "utf8") })),
  );
}
