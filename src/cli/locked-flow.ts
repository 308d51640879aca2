// One flow as the lockfile has it, for commands that work on what was deployed.

import { type LockedFlow, LOCKFILE_NAME, type Lockfile } from "../graph/deploy/lockfile.ts";
import { CommandFailed } from "./command-failed.ts";

export type DeployedFlow = LockedFlow & { readonly flowId: string };

/** @throws CommandFailed for a flow that is not at Meta, as far as the lockfile knows */
export async function requireLockedFlow(lockfile: Lockfile, flow: string): Promise<DeployedFlow> {
  const locked = await lockfile.find(flow);
  const flowId = locked?.flowId ?? null;
  if (locked !== null && flowId !== null) return { ...locked, flowId };
  throw new CommandFailed(
    `${flow} is not in ${LOCKFILE_NAME} for environment ${lockfile.environment}; run: flowpoint flows deploy ${flow}`,
  );
}
