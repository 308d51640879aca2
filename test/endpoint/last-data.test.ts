import { describe, expect, it } from "vitest";
import { LastData } from "../../src/endpoint/last-data.ts";

describe("last data", () => {
  it("are those last remembered for a token and screen", () => {
    const memory = new LastData({ elapsedMs: () => 1 });
    memory.remember("token", "A", "1");
    memory.remember("token", "A", "2");
    memory.remember("token", "B", "3");

    expect(memory.recall("token", "A")).toBe("2");
    expect(memory.recall("token", "B")).toBe("3");
    expect(memory.recall("token", "C")).toBeNull();
    expect(memory.recall("another", "A")).toBeNull();
  });

  it("are erased for one token alone", () => {
    const memory = new LastData({ elapsedMs: () => 1 });
    memory.remember("token", "A", "1");
    memory.remember("another", "A", "2");

    memory.erase("token");

    expect(memory.recall("token", "A")).toBeNull();
    expect(memory.recall("another", "A")).toBe("2");
  });

  it("live from the last answer on, not from the first", () => {
    let nowMs = 1;
    const memory = new LastData({ elapsedMs: () => nowMs, ttlMs: 1_000 });
    memory.remember("token", "A", "1");
    nowMs = 900;
    memory.remember("token", "B", "2");

    nowMs = 1_800;
    expect(memory.recall("token", "A")).toBe("1");
    nowMs = 1_901;
    expect(memory.recall("token", "A")).toBeNull();
  });

  it("make room by dropping those not used for longest", () => {
    const memory = new LastData({ elapsedMs: () => 1, maxBytes: 1_500 });
    memory.remember("first", "A", "x".repeat(100));
    memory.remember("second", "A", "x".repeat(100));
    memory.recall("first", "A");

    memory.remember("third", "A", "x".repeat(100));

    expect(memory.recall("first", "A")).not.toBeNull();
    expect(memory.recall("second", "A")).toBeNull();
  });

  it("drop what is larger than all their room", () => {
    const memory = new LastData({ elapsedMs: () => 1, maxBytes: 1_500 });
    memory.remember("token", "A", "small");

    memory.remember("token", "B", "x".repeat(1_000));

    expect(memory.recall("token", "B")).toBeNull();
  });
});
