import { execFileSync } from "node:child_process";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { COMPONENTS } from "../../src/flow-json/components.ts";
import { FlowJsonError } from "../../src/flow-json/flow-json-error.ts";
import { generateContract } from "../../src/flow-json/generate.ts";

const PROJECT = path.resolve(import.meta.dirname, "../..");
const CASES = path.join(import.meta.dirname, "cases");
const FLOWS = path.join(import.meta.dirname, "flows");

type Verdict = { readonly errors: readonly unknown[] };

/** The Flow JSON that Meta accepts, by name. */
function acceptedFlows(): ReadonlyMap<string, string> {
  const expected = JSON.parse(
    readFileSync(path.join(import.meta.dirname, "expected.json"), "utf8"),
  ) as Readonly<Record<string, Verdict>>;
  const cases = Object.entries(expected)
    .filter(([, { errors }]) => errors.length === 0)
    .map(([name]) => path.join(CASES, `${name}.json`));
  const flows = readdirSync(FLOWS)
    .filter((name) => name.endsWith(".json"))
    .map((name) => path.join(FLOWS, name));
  return new Map(
    [...cases, ...flows].map((file) => [path.basename(file, ".json"), readFileSync(file, "utf8")]),
  );
}

/** The contracts of all accepted flows as files, in a folder where `flowpoint` and zod resolve. */
function writeContracts(): { readonly folder: string; readonly count: number } {
  const folder = mkdtempSync(path.join(os.tmpdir(), "contracts-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const flows = acceptedFlows();
  for (const [name, flowJson] of flows) {
    writeFileSync(path.join(folder, `${name}.ts`), generateContract({ flow: "my-flow", flowJson }));
  }
  return { folder, count: flows.size };
}

function run(bin: string, args: readonly string[], cwd: string): string {
  try {
    execFileSync(process.execPath, [path.join(PROJECT, "node_modules", bin), ...args], { cwd });
    return "";
  } catch (error) {
    // What execFileSync throws carries the child's output.
    const { stdout, stderr } = error as { readonly stdout: Buffer; readonly stderr: Buffer };
    return `${stdout.toString()}${stderr.toString()}`;
  }
}

/** A text field of the contract generated from this flow.json. */
function fieldOf(flowJson: string, name: string): string | undefined {
  const contract = generateContract({ flow: "clinic", flowJson });
  return new RegExp(`${name}: "([^"]+)"`).exec(contract)?.[1];
}

describe("generateContract", () => {
  it.each([
    ["a clinic", "clinic"],
    ["every component", "every-component"],
  ])("writes the contract of %s as a person would", (_name, flow) => {
    const flowJson = readFileSync(path.join(FLOWS, `${flow}.json`), "utf8");

    const contract = generateContract({ flow, flowJson });

    expect(contract).toBe(readFileSync(path.join(FLOWS, `${flow}.gen.ts`), "utf8"));
  });

  it("is shown every component there is", () => {
    const flowJson = readFileSync(path.join(FLOWS, "every-component.json"), "utf8");

    const missing = Object.keys(COMPONENTS).filter((type) => !flowJson.includes(`"${type}"`));

    expect(missing).toEqual([]);
  });

  it("writes the same bytes every time", () => {
    for (const [flow, flowJson] of acceptedFlows()) {
      expect(generateContract({ flow, flowJson })).toBe(generateContract({ flow, flowJson }));
    }
  });

  it("writes what the compiler accepts, for every flow that Meta accepts", () => {
    const { folder } = writeContracts();
    writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }\n');
    symlinkSync(path.join(PROJECT, "node_modules"), path.join(folder, "node_modules"));
    writeFileSync(
      path.join(folder, "flowpoint.ts"),
      `export { answer } from ${JSON.stringify(path.join(PROJECT, "src/flows/answer.ts"))};
export { defineFlow } from ${JSON.stringify(path.join(PROJECT, "src/flows/define-flow.ts"))};
`,
    );
    writeFileSync(
      path.join(folder, "tsconfig.json"),
      JSON.stringify({
        extends: path.join(PROJECT, "tsconfig.json"),
        compilerOptions: { types: [], paths: { flowpoint: ["./flowpoint.ts"] } },
        include: ["*.ts"],
      }),
    );

    expect(run("typescript/bin/tsc", ["-p", "."], folder)).toBe("");
  });

  it("tells two versions of a flow.json apart by their bytes, and only by those that matter by contract", () => {
    const flowJson = readFileSync(path.join(FLOWS, "clinic.json"), "utf8");
    const reworded = flowJson.replace("Thank you", "Many thanks");

    expect(fieldOf(reworded, "flowJsonSha256")).not.toBe(fieldOf(flowJson, "flowJsonSha256"));
    expect(fieldOf(reworded, "contractHash")).toBe(fieldOf(flowJson, "contractHash"));
  });

  it("refuses with a FlowJsonError, or writes, whatever Meta would say to the flow", () => {
    const refused = readdirSync(CASES).filter((name) => {
      try {
        generateContract({ flow: "any", flowJson: readFileSync(path.join(CASES, name), "utf8") });
        return false;
      } catch (error) {
        if (!(error instanceof FlowJsonError)) throw error;
        return true;
      }
    });

    expect(refused).toEqual([
      "component-missing-type.json",
      "if-condition-boolean-true-json.json",
      "navigate-dynamic-type.json",
      "navigate-number-input-to-string.json",
      "navigate-payload-absent.json",
      "screen-layout-missing.json",
      "version-expired-5-0.json",
      "version-future-7-9.json",
      "version-missing.json",
      "version-number.json",
    ]);
  });

  it("imports only what it uses", () => {
    const flowJson = readFileSync(path.join(CASES, "title-binding.json"), "utf8");

    expect(generateContract({ flow: "plain", flowJson })).toContain(
      'import { defineFlow } from "flowpoint";',
    );
  });
});
