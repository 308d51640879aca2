// What `flows publish` and `flows deprecate` have in common: one step at Meta that gives a deployed flow another status,
// and the lockfile that knows of it before and after.

import type { GraphClient } from "../graph/client.ts";
import type { LockedFlow } from "../graph/deploy/lockfile.ts";
import { isLive } from "../graph/deploy/plan-flow.ts";
import { takeStep } from "../graph/deploy/take-step.ts";
import { type MetaFlow, readFlow } from "../graph/flows.ts";
import type { OpenDeployment } from "./deployment.ts";
import { requireLockedFlow } from "./locked-flow.ts";
import { writeJson, writeResult } from "./output.ts";

export type StatusChange = {
  readonly step: NonNullable<LockedFlow["pending"]>;
  /** In the past. */
  readonly done: string;
  /** @throws CommandFailed for a flow with which it cannot be done */
  readonly isNeeded: (before: MetaFlow) => boolean;
  readonly act: (client: GraphClient, flowId: string, signal: AbortSignal) => Promise<void>;
};

export async function changeStatus(
  { client, lockfile, signal }: OpenDeployment,
  flow: string,
  { step, done, isNeeded, act }: StatusChange,
  options: { readonly json?: true },
): Promise<void> {
  const locked = await requireLockedFlow(lockfile, flow);
  const { flowId } = locked;
  const before = await readFlow(client, flowId, signal);
  const changed = isNeeded(before);
  if (changed) {
    await takeStep(
      step,
      () => act(client, flowId, signal),
      (pending) => lockfile.save(flow, { ...locked, pending, status: before.status }),
    );
  }
  const { status } = changed ? await readFlow(client, flowId, signal) : before;
  const history = locked.history.map((entry) =>
    entry.hash === locked.jsonHash
      ? { ...entry, published: entry.published || isLive(status) }
      : entry,
  );
  await lockfile.save(flow, { ...locked, pending: null, status, history });
  if (options.json === true) return writeJson({ flow, flowId, status, changed });
  return writeResult(`${flow}: ${changed ? done : "nothing to change"}, ${status}`);
}
