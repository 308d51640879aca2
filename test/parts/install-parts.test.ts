import { describe, expect, it } from "vitest";
import { planInstall, type Machine } from "./install-parts.ts";

const MISSING = [
  { title: "Postgres server", find: () => undefined, debianPackages: ["postgresql"] },
  { title: "Browser", find: () => undefined, debianPackages: ["chromium", "fonts-noto"] },
];
const DEBIAN_ROOT: Machine = { isRoot: true, isDebian: true, setting: undefined };

describe("planInstall", () => {
  it("does nothing when every part is there", () => {
    expect(planInstall([], DEBIAN_ROOT)).toEqual({ kind: "complete" });
  });

  it("installs the missing parts' packages as root on Debian", () => {
    expect(planInstall(MISSING, DEBIAN_ROOT)).toEqual({
      kind: "install",
      packages: ["postgresql", "chromium", "fonts-noto"],
    });
  });

  it.each([
    { machine: { ...DEBIAN_ROOT, setting: "0" }, says: "FLOWPOINT_TEST_INSTALL=0" },
    { machine: { ...DEBIAN_ROOT, isDebian: false }, says: "put it on PATH" },
    {
      machine: { ...DEBIAN_ROOT, isRoot: false },
      says: "apt-get install --no-install-recommends postgresql chromium fonts-noto",
    },
  ])("installs nothing otherwise, and says what to do: $says", ({ machine, says }) => {
    const plan = planInstall(MISSING, machine);

    expect(plan).toEqual({ kind: "cannot", reason: expect.stringContaining(says) });
    expect(plan).toEqual({ kind: "cannot", reason: expect.stringContaining("Postgres server") });
  });
});
