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
  it("are two thirds for a flow that has not finished anything yet", async () => {
    const shares = createShares(3);
    shares.start("new");
    shares.start("new");

    expect(await isRefused(shares, "new")).toBe(true);
    expect(await isRefused(shares, "other")).toBe(false);
  });

  it("are all of them for a flow that is slow now and then", async () => {
    const shares = createShares(6);
    await finish(shares, "known");
    shares.start("known");
    shares.start("known");
    shares.wait(6_000);
    for (let i = 0; i < 3; i += 1) shares.start("known");

    expect(await isRefused(shares, "known")).toBe(false);
  });

  it("are a third while half of them are in runs that take long", async () => {
    const shares = createShares(6);
    await finish(shares, "hangs");
    for (let i = 0; i < 3; i += 1) shares.start("hangs");
    shares.wait(5_000);

    expect(await isRefused(shares, "hangs")).toBe(true);
    expect(await isRefused(shares, "other")).toBe(false);
  });

  it("are a third after a run that hung, until one does not", async () => {
    const shares = createShares(3);
    const hung = shares.start("hangs");
    shares.wait(20_000);
    hung.end();
    await hung.running;
    const next = shares.start("hangs");

    expect(await isRefused(shares, "hangs")).toBe(true);
    next.end();
    await next.running;
    shares.start("hangs");
    expect(await isRefused(shares, "hangs")).toBe(false);
  });

  it("are a third for all that hang together", async () => {
    const shares = createShares(3);
    for (const flow of ["a", "b"]) {
      const hung = shares.start(flow);
      shares.wait(20_000);
      hung.end();
      await hung.running;
    }
    shares.start("a");

    expect(await isRefused(shares, "b")).toBe(true);
    expect(await isRefused(shares, "other")).toBe(false);
  });

  it("are never less than one", async () => {
    expect(await isRefused(createShares(1), "only")).toBe(false);
  });

  it("are free again after a failure", async () => {
    const shares = new FlowShares({ slots: 1, elapsedMs: () => 0 });

    await expect(shares.run("fails", fail)).rejects.toThrow("not today");
    await expect(shares.run("fails", fail)).rejects.toThrow("not today");
  });
});

/** Has the flow known as one that ends. */
async function finish(shares: Shares, flow: string): Promise<void> {
  const { running, end } = shares.start(flow);
  end();
  await running;
}

async function fail(): Promise<never> {
  throw new Error("not today");
}
