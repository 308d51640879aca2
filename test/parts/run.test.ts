// `npm test` looked at from outside: last line, exit status, signals.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { endWithUs } from "../helpers/end-with-us.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

type Run = { readonly lastLine: string; readonly status: number; readonly stderr: string };

function start(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ["test/run.ts", "--root", "test/parts/fixtures", ...args], {
    cwd: PROJECT,
    stdio: ["ignore", "pipe", "pipe"],
    // The inner run is a run of its own: nothing of this one's settings.
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      FLOWPOINT_TEST_INSTALL: "0",
      ...env,
    },
  });
  if (child.pid === undefined) throw new Error("the test run could not be started");
  child.once("exit", endWithUs(child.pid));
  return child;
}

async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const child = start(args, env);
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output.stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (output.stderr += chunk));
  const [status] = (await once(child, "close")) as [number];
  return {
    lastLine: output.stdout.trimEnd().split("\n").at(-1) ?? "",
    status,
    stderr: output.stderr,
  };
}

describe("npm test", () => {
  it("ends with the counts and status 0 when everything passed", async () => {
    const result = await run(["passing"]);

    expect(result).toMatchObject({ lastLine: "2 passed, 0 failed", status: 0 });
  });

  it("counts a file that does not load as a failure beside the tests that failed", async () => {
    const result = await run(["failing", "unloadable"]);

    expect(result).toMatchObject({ lastLine: "1 passed, 2 failed", status: 1 });
  });

  it("fails on an unhandled rejection though every test passed", async () => {
    const result = await run(["rejection"]);

    expect(result).toMatchObject({ lastLine: "1 passed, 1 failed", status: 1 });
  });

  it("names what could not run for want of a part, and passes", async () => {
    const result = await run(["passing", "lacking"]);

    expect(result).toMatchObject({ lastLine: "2 passed, 0 failed, 1 skipped", status: 0 });
    expect(result.stderr).toContain("NOT TESTED, this machine has no Unobtainium:");
    expect(result.stderr).toContain("the group > needs what no machine has");
  });

  it("fails for want of a part with CI=true", async () => {
    const result = await run(["passing", "lacking"], { CI: "true" });

    expect(result).toMatchObject({ lastLine: "2 passed, 0 failed, 1 skipped", status: 1 });
    expect(result.stderr).toContain("with CI=true every part must be there");
  });

  it.each([
    { why: "every test was skipped", filter: "lacking", lastLine: "0 passed, 0 failed, 1 skipped" },
    { why: "no file matches", filter: "no-such-file", lastLine: "0 passed, 0 failed" },
  ])("fails when $why", async ({ filter, lastLine }) => {
    const result = await run([filter]);

    expect(result).toMatchObject({ lastLine, status: 1 });
  });

  it.each([
    { signal: "SIGTERM", status: 143 },
    { signal: "SIGINT", status: 130 },
  ] as const)(
    "ends on $signal with status $status and leaves no worker",
    async ({ signal, status }) => {
      const child = start(["endless"], {});
      const worker = await workerPid(child.stdout);

      child.kill(signal);
      const [code] = (await once(child, "exit")) as [number];

      expect(code).toBe(status);
      await expect.poll(() => isAlive(worker), { timeout: 10_000 }).toBe(false);
    },
  );
});

async function workerPid(stdout: NodeJS.ReadableStream): Promise<number> {
  let text = "";
  for await (const chunk of stdout) {
    text += String(chunk);
    const found = /worker (\d+) is up/.exec(text);
    if (found) return Number(found[1]);
  }
  throw new Error(`the endless test did not start:\n${text}`);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // ESRCH: no such process, which is what is asked.
    return false;
  }
}
