import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { generateContract } from "../../src/flow-json/generate.ts";

const FLOW = new URL("../../bench/handlers/echo/", import.meta.url);

function read(name: string): string {
  return readFileSync(new URL(name, FLOW), "utf8");
}

describe("the flow under measurement", () => {
  it("has the contract that its flow.json gives", () => {
    const contract = generateContract({ flow: "echo", flowJson: read("flow.json") });

    expect(
      contract,
      "run: HANDLERS_DIR=bench/handlers npm run -s flowpoint -- flows generate",
    ).toBe(read("contract.gen.ts"));
  });
});
