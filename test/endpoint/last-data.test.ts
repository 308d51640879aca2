import { describe, expect, it } from "vitest";
import { LastData } from "../../src/endpoint/last-data.ts";

describe("last data", () => {
  it("are those last remembered for a token and screen", async () => {
    const memory = new LastData({ elapsedMs: () => 1 });
    await memory.remember("token", "A", "1");
    await memory.remember("token", "A", "2");
    await memory.remember("token", "B", "3");

    expect(await memory.recall("token", "A")).toBe("2");
    expect(await memory.recall("token", "B")).toBe("3");
    expect(await memory.recall("token", "C")).toBeNull();
    expect(await memory.recall("another", "A")).toBeNull();
  });

  it("are erased for one token alone", async () => {
    const memory = new LastData({ elapsedMs: () => 1 });
    await memory.remember("token", "A", "1");
    await memory.remember("another", "A", "2");

    await memory.erase("token");

    expect(await memory.recall("token", "A")).toBeNull();
    expect(await memory.recall("another", "A")).toBe("2");
  });

  it("live from the last answer on, not from the first", async () => {
    let nowMs = 1;
    const memory = new LastData({ elapsedMs: () => nowMs, ttlMs: 1_000 });
    await memory.remember("token", "A", "1");
    nowMs = 900;
    await memory.remember("token", "B", "2");

    nowMs = 1_800;
    expect(await memory.recall("token", "A")).toBe("1");
    nowMs = 1_901;
    expect(await memory.recall("token", "A")).toBeNull();
  });

  it("make room by dropping those not used for longest", async () => {
    const memory = new LastData({ elapsedMs: () => 1, maxBytes: 1_500 });
    await memory.remember("first", "A", "x".repeat(100));
    await memory.remember("second", "A", "x".repeat(100));
    await memory.recall("first", "A");

    await memory.remember("third", "A", "x".repeat(100));

    expect(await memory.recall("first", "A")).not.toBeNull();
    expect(await memory.recall("second", "A")).toBeNull();
  });

  it("drop what is larger than all their room", async () => {
    const memory = new LastData({ elapsedMs: () => 1, maxBytes: 1_500 });
    await memory.remember("token", "A", "small");

    await memory.remember("token", "B", "x".repeat(1_000));

    expect(await memory.recall("token", "B")).toBeNull();
  });
});
