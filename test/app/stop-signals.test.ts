// What signals mean, and in which order things stop. Signals are handed to the listeners, not sent.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Lifecycle, onStopSignals } from "../../src/app/lifecycle.ts";
import { captureLog } from "../helpers/capture-log.ts";

const SIGNALS = ["SIGTERM", "SIGINT"] as const;
type StopSignal = (typeof SIGNALS)[number];

describe("stop signals", () => {
  let told: ("first" | "second")[];
  let nowMs: number;
  let listeners: Map<StopSignal, (signal: StopSignal) => void>;

  beforeEach(() => {
    nowMs = 1_000;
    told = [];
    const before = new Set(SIGNALS.flatMap((signal) => process.listeners(signal)));
    onStopSignals(
      () => nowMs,
      () => told.push("first"),
      () => told.push("second"),
    );
    listeners = new Map(
      SIGNALS.flatMap((signal) =>
        process
          .listeners(signal)
          .filter((listener) => !before.has(listener))
          .map((listener) => [signal, listener as (signal: StopSignal) => void] as const),
      ),
    );
  });

  afterEach(() => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  });

  function receive(signal: StopSignal, atMs: number): void {
    nowMs = atMs;
    listeners.get(signal)?.(signal);
  }

  it.each(SIGNALS)("%s is a wish to stop", (signal) => {
    receive(signal, 1_000);

    expect(told).toEqual(["first"]);
  });

  it("equal ones within two seconds are one wish", () => {
    for (const atMs of [1_000, 1_001, 1_500, 3_000]) receive("SIGTERM", atMs);

    expect(told).toEqual(["first"]);
  });

  it("an equal one after two seconds is a second wish", () => {
    receive("SIGTERM", 1_000);
    receive("SIGTERM", 3_001);

    expect(told).toEqual(["first", "second"]);
  });

  it("another one is a second wish at once", () => {
    receive("SIGINT", 1_000);
    receive("SIGTERM", 1_001);

    expect(told).toEqual(["first", "second"]);
  });
});

describe("a lifecycle", () => {
  it("stops what started last first, one after the other", async () => {
    const order: string[] = [];
    const lifecycle = new Lifecycle(captureLog().log);
    for (const name of ["a", "b", "c"]) {
      lifecycle.add(name, async () => {
        order.push(`${name} begins`);
        await Promise.resolve();
        order.push(`${name} ends`);
      });
    }

    await lifecycle.stop();

    expect(order).toEqual(["c begins", "c ends", "b begins", "b ends", "a begins", "a ends"]);
  });

  it("goes on past a part that fails, and logs it", async () => {
    const { log, lines } = captureLog();
    const lifecycle = new Lifecycle(log);
    const stopped: string[] = [];
    lifecycle.add("first", async () => void stopped.push("first"));
    lifecycle.add("second", () => Promise.reject(new Error("no")));

    await lifecycle.stop();

    expect(stopped).toEqual(["first"]);
    expect(lines).toMatchObject([
      { level: "error", part: "second", msg: "a part did not stop cleanly" },
    ]);
  });

  it("stops nothing twice", async () => {
    const lifecycle = new Lifecycle(captureLog().log);
    const stopped: string[] = [];
    lifecycle.add("part", async () => void stopped.push("part"));

    await lifecycle.stop();
    await lifecycle.stop();

    expect(stopped).toEqual(["part"]);
  });
});
