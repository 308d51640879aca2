// Installs the parts a machine lacks, with Debian's own package manager and
// only where that is possible (root on Debian) and not refused. Says first what
// it will do. Never starts a system service. A failure is not the end: the run
// goes on and names what it could not test.

import { spawn } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { missingParts, type Part } from "./parts.ts";

/** Debian's switch for "install, but start nothing": packages ask it before they start a service. */
const SERVICE_POLICY = "/usr/sbin/policy-rc.d";
const START_NOTHING = "#!/bin/sh\nexit 101\n";

/** What may be done about missing parts on this machine. */
export type InstallPlan =
  | { readonly kind: "complete" }
  | { readonly kind: "install"; readonly packages: readonly string[] }
  | { readonly kind: "cannot"; readonly reason: string };

export type Machine = {
  readonly isRoot: boolean;
  readonly isDebian: boolean;
  /** `FLOWPOINT_TEST_INSTALL`; `0` refuses. */
  readonly setting: string | undefined;
};

/** Decides without touching anything. */
export function planInstall(missing: readonly Part[], machine: Machine): InstallPlan {
  if (missing.length === 0) return { kind: "complete" };
  const packages = [...new Set(missing.flatMap((part) => part.debianPackages))];
  const titles = missing.map((part) => part.title).join(", ");
  if (machine.setting === "0") {
    return {
      kind: "cannot",
      reason: `missing: ${titles} (FLOWPOINT_TEST_INSTALL=0: not installed)`,
    };
  }
  if (!machine.isDebian) {
    return { kind: "cannot", reason: `missing: ${titles} (install it and put it on PATH)` };
  }
  if (!machine.isRoot) {
    const command = `apt-get install --no-install-recommends ${packages.join(" ")}`;
    return { kind: "cannot", reason: `missing: ${titles} (as root: ${command})` };
  }
  return { kind: "install", packages };
}

/** Makes sure of the parts as far as this machine allows. Reports on stderr. */
export async function installParts(): Promise<void> {
  const plan = planInstall(missingParts(), {
    isRoot: process.getuid?.() === 0,
    isDebian: existsSync("/etc/debian_version") && existsSync("/usr/bin/apt-get"),
    setting: process.env["FLOWPOINT_TEST_INSTALL"],
  });
  if (plan.kind === "complete") return;
  if (plan.kind === "cannot") {
    process.stderr.write(`${plan.reason}\n`);
    return;
  }
  process.stderr.write(
    `installing for the tests, with apt-get: ${plan.packages.join(", ")} ` +
      `(no service is started; FLOWPOINT_TEST_INSTALL=0 refuses)\n`,
  );
  // One unreachable source out of several is no reason to stop; the install decides.
  await aptGet(["update", "-qq"]);
  const status = await withoutServices(() =>
    aptGet(["install", "--yes", "-qq", "--no-install-recommends", ...plan.packages]),
  );
  if (status !== 0) process.stderr.write(`apt-get install failed with status ${status}\n`);
}

/** A policy that the machine already has stays in force, and stays. */
async function withoutServices<Result>(work: () => Promise<Result>): Promise<Result> {
  if (existsSync(SERVICE_POLICY)) return await work();
  writeFileSync(SERVICE_POLICY, START_NOTHING, { mode: 0o755 });
  try {
    return await work();
  } finally {
    rmSync(SERVICE_POLICY, { force: true });
  }
}

/** Runs apt-get to its end; a signal to the test run is passed on and ends the run after it. */
async function aptGet(args: readonly string[]): Promise<number> {
  const child = spawn("apt-get", args, {
    // stdout belongs to the test report.
    stdio: ["ignore", process.stderr, process.stderr],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  let interruptedBy: NodeJS.Signals | undefined;
  const passOn = (signal: NodeJS.Signals): void => {
    interruptedBy = signal;
    child.kill(signal);
  };
  process.on("SIGINT", passOn).on("SIGTERM", passOn);
  try {
    const status = await new Promise<number>((resolve) => {
      child.once("error", () => resolve(127));
      child.once("close", (code) => resolve(code ?? 1));
    });
    if (interruptedBy !== undefined) throw new InterruptedError(interruptedBy);
    return status;
  } finally {
    process.off("SIGINT", passOn).off("SIGTERM", passOn);
  }
}

/** The run was told to stop while a package was being installed. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
  readonly signal: NodeJS.Signals;
  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal} while installing`);
    this.signal = signal;
  }
}
