import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { FlowShares } from "../../src/completions/flow-shares.ts";
import { TryLaterError } from "../../src/completions/ports.ts";

function createShares(slots: number) {
  let nowMs = 0;
  const shares = new FlowShares({ slots, elapsedMs: () => nowMs });
  return {
    /** Starts one that ends when told to. */
    start(flow: string) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const running = shares.run(flow, () => promise);
      running.catch(() => {});
      return { running, end: resolve };
    },
    wait(ms: number) {
      nowMs += ms;
    },
  };
}

type Shares = ReturnType<typeof createShares>;

async function isRefused(shares: Shares, flow: string): Promise<boolean> {
  let refused = false;
  shares.start(flow).running.catch((error: unknown) => {
    refused = error instanceof TryLaterError;
  });
  await setImmediate();
  return refused;
}

describe("shares of the slots", () => {
  it("are a third for a flow that has not shown yet to be quick", async () => {
    const shares = createShares(9);
    shares.start("new");
    shares.start("new");
    shares.start("new");

    expect(await isRefused(shares, "new")).toBe(true);
    expect(await isRefused(shares, "other")).toBe(false);
  });

  it("are all of them for a quick flow", async () => {
    const shares = createShares(3);
    const first = shares.start("quick");
    first.end();
    await first.running;
    shares.start("quick");
    shares.start("quick");

    expect(await isRefused(shares, "quick")).toBe(false);
  });

  it("are a third again while one of a flow's takes long, and after it did", async () => {
    const shares = createShares(3);
    const first = shares.start("hangs");
    first.end();
    await first.running;
    const hanging = shares.start("hangs");
    shares.wait(2_000);

    expect(await isRefused(shares, "hangs")).toBe(true);
    hanging.end();
    await hanging.running;
    shares.start("hangs");
    expect(await isRefused(shares, "hangs")).toBe(true);
  });

  it("are never less than one", async () => {
    expect(await isRefused(createShares(1), "only")).toBe(false);
  });

  it("are free again after a failure", async () => {
    const shares = new FlowShares({ slots: 1, elapsedMs: () => 0 });
    const fail = () => Promise.reject(new Error("not today"));

    await expect(shares.run("fails", fail)).rejects.toThrow("not today");
    await expect(shares.run("fails", fail)).rejects.toThrow("not today");
  });
});
