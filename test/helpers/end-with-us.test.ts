import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { endWithUs } from "./end-with-us.ts";

const GUARD = new URL("./end-with-us.ts", import.meta.url).href;

/** Starts a child that never ends, hands it to the guard, says so, then stays. */
function ownerProgram(folder: string): string {
  return `
    import { spawn } from "node:child_process";
    import { endWithUs, removeWithUs } from ${JSON.stringify(GUARD)};
    const child = spawn("tail", ["-f", "/dev/null"], { stdio: ["ignore", "inherit", "ignore"], detached: true });
    endWithUs(child.pid);
    removeWithUs(${JSON.stringify(folder)});
    console.log("ready");
    setInterval(() => {}, 60_000);
  `;
}

describe("endWithUs", () => {
  it("ends the child and removes its folder when the owner is killed outright", async () => {
    const folder = mkdtempSync(join(tmpdir(), "flowpoint-guard-"));
    const owner = spawn(process.execPath, ["--input-type=module", "-e", ownerProgram(folder)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(owner.stdout, "data");

    // The child writes to the owner's stdout too: the stream ends when both are gone.
    const bothGone = once(owner.stdout, "end");
    owner.kill("SIGKILL");
    await bothGone;

    await expect.poll(() => existsSync(folder), { timeout: 10_000 }).toBe(false);
  });

  it("leaves the child alone once released", async () => {
    const child = spawn("cat", { stdio: ["pipe", "pipe", "ignore"] });
    await once(child, "spawn");
    if (child.pid === undefined) throw new Error("cat has no pid");

    const release = endWithUs(child.pid);
    release();

    child.stdin.end("still here");
    const [echoed] = (await once(child.stdout, "data")) as [Buffer];
    const [status, signal] = (await once(child, "close")) as [number, string | null];
    expect([echoed.toString(), status, signal]).toEqual(["still here", 0, null]);
  });
});
