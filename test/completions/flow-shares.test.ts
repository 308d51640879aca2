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
  it("are few for a flow that has not finished anything yet, and enough for another", async () => {
    const shares = createShares(3);
    shares.start("new");

    expect(await isRefused(shares, "new")).toBe(true);
    expect(await isRefused(shares, "other")).toBe(false);
  });

  it("leave none free beside a quick flow", async () => {
    const shares = createShares(3);
    await quick(shares, "quick");
    shares.start("quick");
    shares.start("quick");

    expect(await isRefused(shares, "quick")).toBe(false);
  });

  it("leave a third free while one of a flow's takes long, and after it did", async () => {
    const shares = createShares(3);
    await quick(shares, "hangs");
    const [one, other] = [shares.start("hangs"), shares.start("hangs")];
    shares.wait(2_000);

    expect(await isRefused(shares, "hangs")).toBe(true);
    for (const { running, end } of [one, other]) {
      end();
      await running;
    }
    shares.start("hangs");
    shares.start("hangs");
    expect(await isRefused(shares, "hangs")).toBe(true);
  });

  it("leave that third to the others, however many are slow", async () => {
    const shares = createShares(6);
    await quick(shares, "quick");
    for (const flow of ["a", "b", "c", "d"]) shares.start(flow);
    shares.wait(2_000);

    expect(await isRefused(shares, "a")).toBe(true);
    expect(await isRefused(shares, "new")).toBe(false);
    expect(await isRefused(shares, "quick")).toBe(false);
  });

  it("never leave a slow flow without any", async () => {
    expect(await isRefused(createShares(1), "only")).toBe(false);
  });

  it("are free again after a failure", async () => {
    const shares = new FlowShares({ slots: 1, elapsedMs: () => 0 });
    const fail = () => Promise.reject(new Error("not today"));

    await expect(shares.run("fails", fail)).rejects.toThrow("not today");
    await expect(shares.run("fails", fail)).rejects.toThrow("not today");
  });
});

/** Has the flow known as quick. */
async function quick(shares: Shares, flow: string): Promise<void> {
  const { running, end } = shares.start(flow);
  end();
  await running;
}
