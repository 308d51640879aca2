import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Admission } from "../../src/endpoint/admission.ts";

const [TINY, LARGE] = [520, 900];

/** Two slots, three places in the line. */
function createLine() {
  let nowMs = 0;
  const pause = Promise.withResolvers<void>();
  const admission = new Admission({
    slots: 2,
    maxWaiting: 3,
    elapsedMs: () => nowMs,
    pause: () => pause.promise,
  });
  const running: { readonly name: string; readonly end: () => void }[] = [];
  const refused: string[] = [];
  const ended: string[] = [];
  return {
    admission,
    refused,
    ended,
    /** By the order in which they began. */
    get running() {
      return running.map(({ name }) => name);
    },
    async arrive(name: string, bodyBytes = LARGE): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      admission
        .run(bodyBytes, () => {
          running.push({ name, end: resolve });
          return promise;
        })
        .then(
          () => ended.push(name),
          (error: unknown) => refused.push(`${name}: ${String(error)}`),
        );
      await setImmediate();
    },
    async end(name: string): Promise<void> {
      const at = running.findIndex((each) => each.name === name);
      running.splice(at, 1)[0]?.end();
      await setImmediate();
    },
    /** For whom there was no place. */
    async endPause(): Promise<void> {
      pause.resolve();
      await setImmediate();
    },
    wait(ms: number): void {
      nowMs += ms;
    },
  };
}

describe("admission", () => {
  it("lets as many through as there are slots, and the others when their turn comes", async () => {
    const line = createLine();
    for (const name of ["a", "b", "c", "d"]) await line.arrive(name);
    const before = { running: line.running, waiting: line.admission.waiting };

    await line.end("a");

    expect(before).toEqual({ running: ["a", "b"], waiting: 2 });
    expect(line.running).toEqual(["b", "c"]);
    expect(line.ended).toEqual(["a"]);
  });

  it("lets a tiny body go before those that came earlier", async () => {
    const line = createLine();
    for (const name of ["a", "b", "c"]) await line.arrive(name);
    await line.arrive("ping", TINY);

    await line.end("a");

    expect(line.running).toEqual(["b", "ping"]);
  });

  it("refuses who finds the line full, after a pause and with no place in it meanwhile", async () => {
    const line = createLine();
    for (const name of ["a", "b", "c", "d", "e", "f"]) await line.arrive(name);
    expect(line.refused).toEqual([]);
    await line.end("a");
    await line.endPause();

    expect(line.running).not.toContain("f");
    expect(line.refused).toEqual(["f: EndpointError: too many requests wait to be decrypted"]);
    expect(line.admission.waiting).toBe(2);
  });

  it("has places for tiny bodies when the line is full of others", async () => {
    const line = createLine();
    for (const name of ["a", "b", "c", "d", "e"]) await line.arrive(name);
    await line.arrive("ping", TINY);

    await line.end("a");

    expect(line.refused).toEqual([]);
    expect(line.running).toEqual(["b", "ping"]);
  });

  it("refuses who has waited too long, and lets those behind go on", async () => {
    const line = createLine();
    for (const name of ["a", "b", "late"]) await line.arrive(name);
    line.wait(400);
    await line.arrive("in time");
    line.wait(101);

    await line.end("a");

    expect(line.refused).toEqual([
      "late: EndpointError: the request waited too long to be decrypted",
    ]);
    expect(line.running).toEqual(["b", "in time"]);
  });

  it("makes room for who comes by refusing who is late", async () => {
    const line = createLine();
    for (const name of ["a", "b", "c", "d", "e"]) await line.arrive(name);
    line.wait(501);
    await line.arrive("new");

    expect(line.refused).toHaveLength(3);
    expect(line.admission.waiting).toBe(1);
  });

  it("gives the slot of what failed to the next", async () => {
    const line = createLine();
    await line.arrive("a");

    await expect(
      line.admission.run(LARGE, () => Promise.reject(new Error("broken"))),
    ).rejects.toThrow("broken");
    await line.arrive("next");

    expect(line.running).toEqual(["a", "next"]);
  });
});
