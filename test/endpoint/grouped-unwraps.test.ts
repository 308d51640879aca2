import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { groupUnwraps } from "../../src/endpoint/grouped-unwraps.ts";

/** Unwraps that end when they are told to; `given` has what was given out, in order. */
function createUnwraps() {
  const endings = new Map<string, PromiseWithResolvers<Buffer | null>>();
  const given: string[] = [];
  const keys = groupUnwraps({
    unwrap: (encrypted) => {
      const ending = Promise.withResolvers<Buffer | null>();
      endings.set(encrypted.toString(), ending);
      return ending.promise;
    },
  });
  const settled = async (): Promise<readonly string[]> => {
    await setImmediate();
    return given.splice(0);
  };
  return {
    begin: (...names: readonly string[]) => {
      for (const name of names) {
        void keys.unwrap(Buffer.from(name)).then(
          (aesKey) => given.push(`${name}: ${String(aesKey)}`),
          (error: unknown) => given.push(`${name} failed: ${String(error)}`),
        );
      }
    },
    end: (name: string, aesKey: Buffer | null = Buffer.from("key")) => {
      endings.get(name)?.resolve(aesKey);
      return settled();
    },
    fail: (name: string) => {
      endings.get(name)?.reject(new RangeError("broken"));
      return settled();
    },
  };
}

describe("unwraps in groups", () => {
  it("are given out at once where nothing else is under way", async () => {
    const unwraps = createUnwraps();
    unwraps.begin("a");

    expect(await unwraps.end("a")).toEqual(["a: key"]);
  });

  it("wait until three quarters of them are done", async () => {
    const unwraps = createUnwraps();
    unwraps.begin("a", "b", "c", "d");

    expect(await unwraps.end("b")).toEqual([]);
    expect(await unwraps.end("a")).toEqual([]);
    expect(await unwraps.end("d")).toEqual(["b: key", "a: key", "d: key"]);
    expect(await unwraps.end("c")).toEqual(["c: key"]);
  });

  it("wait for those that begin meanwhile, as long as they wait at all", async () => {
    const unwraps = createUnwraps();
    unwraps.begin("a", "b");
    expect(await unwraps.end("a")).toEqual([]);
    unwraps.begin("c");
    expect(await unwraps.end("b")).toEqual([]);

    expect(await unwraps.end("c")).toEqual(["a: key", "b: key", "c: key"]);
  });

  it("count where no key opens them, or the threads fail, like any other", async () => {
    const unwraps = createUnwraps();
    unwraps.begin("a", "b", "c", "d");

    expect(await unwraps.end("a", null)).toEqual([]);
    expect(await unwraps.fail("b")).toEqual([]);
    expect(await unwraps.end("c")).toEqual(["a: null", "b failed: RangeError: broken", "c: key"]);
    expect(await unwraps.end("d")).toEqual(["d: key"]);
  });
});
