import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { generateContract } from "../../src/flow-json/generate.ts";

const FLOWS = [
  ["echo", "handlers"],
  ["order", "database-handlers"],
] as const;

describe("a flow under measurement", () => {
  it.each(FLOWS)("has the contract that its flow.json gives: %s", (flow, folder) => {
    const read = (name: string): string =>
      readFileSync(new URL(`../../bench/${folder}/${flow}/${name}`, import.meta.url), "utf8");

    const contract = generateContract({ flow, flowJson: read("flow.json") });

    expect(
      contract,
      `run: HANDLERS_DIR=bench/${folder} npm run -s flowpoint -- flows generate`,
    ).toBe(read("contract.gen.ts"));
  });
});
