import { describe, expect, it } from "vitest";
import { run } from "../helpers/spawn-server.ts";

describe("flows schema", () => {
  it("prints the JSON Schema of the recommended version, or of the one named", async () => {
    const [recommended, older] = await Promise.all([
      run(["flows", "schema"], {}),
      run(["flows", "schema", "6.0"], {}),
    ]);

    expect(recommended.status).toBe(0);
    expect(JSON.parse(recommended.stdout)).toMatchObject({
      $schema: "http://json-schema.org/draft-07/schema#",
      properties: { version: { const: "7.3" } },
    });
    expect(JSON.parse(older.stdout)).toMatchObject({ properties: { version: { const: "6.0" } } });
  });

  it("answers a version that Meta does not have with 2 and those there are", async () => {
    const { status, stdout, stderr } = await run(["flows", "schema", "8.0"], {});

    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain("7.3");
  });
});
