// Tests of a handler folder that lies outside the checkout, with nothing installed beside it: they run under Node's own
// test runner, and their types are checked.

import { execFile } from "node:child_process";
import { mkdir, realpath, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateContract } from "../../src/flow-json/generate.ts";
import { makeTemporaryFolder } from "../helpers/spawn-server.ts";

const CHECKOUT = fileURLToPath(new URL("../..", import.meta.url));

const FLOW_JSON = JSON.stringify({
  version: "7.3",
  screens: [
    {
      id: "HELLO",
      title: "Hello",
      terminal: true,
      layout: {
        type: "SingleColumnLayout",
        children: [
          { type: "TextInput", name: "name", label: "Name", required: true },
          {
            type: "Footer",
            label: "Done",
            "on-click-action": { name: "complete", payload: { name: "${form.name}" } },
          },
        ],
      },
    },
  ],
});

const FILES: Readonly<Record<string, string>> = {
  "tsconfig.json": JSON.stringify({
    extends: path.join(CHECKOUT, "tsconfig.handlers.json"),
    include: ["."],
  }),
  "hello/flow.json": FLOW_JSON,
  "hello/contract.gen.ts": generateContract({ flow: "hello", flowJson: FLOW_JSON }),
  "hello/handler.ts": `
    import { implement } from "flowpoint";
    import { z } from "zod";
    import { flow } from "./contract.gen.ts";

    export default implement(flow, () => ({
      async completed(completion, call) {
        if (!(flow.completion instanceof z.ZodObject)) throw new Error("another copy of zod");
        const text = completion.kind === "readable" ? completion.response.name : completion.text;
        await call.once("store", async (trx) => {
          await trx.insertInto("names").values({ name: text }).execute();
          return true;
        });
      },
    }));
  `,
  "hello/migrations/0001-names.ts": `
    import { type Kysely, sql } from "kysely";

    export async function up(db: Kysely<unknown>): Promise<void> {
      await db.schema.createTable("names").addColumn("name", sql\`text\`).execute();
    }
  `,
  "hello/handler.test.ts": `
    import assert from "node:assert/strict";
    import { test } from "node:test";
    import { openFlow } from "flowpoint/test";

    test("stores the name", async () => {
      await using flow = await openFlow(import.meta.dirname);
      const phone = await flow.phone();
      await phone.open();
      await phone.fill("name", "Ada");
      await phone.press("Done");
      await phone.deliver();

      assert.deepEqual(phone.params, { name: "Ada" });
      assert.deepEqual(await flow.db.selectFrom("names").selectAll().execute(), [{ name: "Ada" }]);
    });

    test("has a misspelt name", async () => {
      await using flow = await openFlow(import.meta.dirname);
      const phone = await flow.phone();
      await phone.open();
      await phone.fill("nmae", "Ada");
    });
  `,
};

describe("a handler's test outside the checkout", () => {
  let temporary: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let handlers: string;
  beforeAll(async () => {
    temporary = await makeTemporaryFolder();
    handlers = await realpath(temporary.path);
    for (const [name, text] of Object.entries(FILES)) {
      const file = path.join(handlers, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  });
  afterAll(() => temporary.remove());

  function run(program: string, ...args: readonly string[]): Promise<string> {
    // Without what our own runner has set for its workers.
    const env = { PATH: process.env["PATH"], HOME: process.env["HOME"] };
    return new Promise((resolve) => {
      execFile(program, args, { cwd: handlers, env }, (error, stdout, stderr) => {
        resolve(`${stdout}${stderr}exit ${error?.code ?? 0}`);
      });
    });
  }

  it("runs under node --test", async () => {
    const register = path.join(CHECKOUT, "src/harness/register.ts");

    const output = await run(
      process.execPath,
      "--import",
      register,
      "--test",
      "--test-reporter=tap",
    );

    expect(output).toMatch(/^ok 1 - stores the name$/m);
    expect(output).toMatch(/^not ok 2 - has a misspelt name$/m);
    expect(output).toContain("no component called nmae on HELLO; it has: name");
    expect(output).not.toContain("Warning");
    expect(output).toMatch(/exit 1$/);
  }, 60_000);

  it("is checked by the compiler like the handler", async () => {
    expect(await run(path.join(CHECKOUT, "node_modules/.bin/tsc"), "--noEmit", "-p", ".")).toBe(
      "exit 0",
    );
  }, 60_000);
});
