// Brings a flow at Meta to where the one here is. Each step is noted in the lockfile before and after it is taken, so a
// run that fails anywhere is finished by the next one: a flow that was created is found by its name, and what Meta has
// already is not sent again. Nothing is published unless that is asked for.

import type { Clock } from "../../flows/services.ts";
import {
  createFlow,
  publishFlow,
  readFlow,
  updateFlow,
  uploadFlowJson,
  type ValidationError,
} from "../flows.ts";
import { DeployError } from "./deploy-error.ts";
import { takeStep } from "./take-step.ts";
import { hashJson, type HistoryEntry, type LockedFlow } from "./lockfile.ts";
import {
  type Comparison,
  type DesiredFlow,
  type FlowPlan,
  isLive,
  isSameJson,
  metadataOf,
  planFlow,
  type PlanParts,
  type RemoteFlow,
} from "./plan-flow.ts";

export type DeployParts = PlanParts & {
  readonly clock: Clock;
  /** Told of each step that was taken. */
  readonly report: (step: string) => void;
};

export type DeployOptions = {
  readonly publish: boolean;
  /** Take the place of what somebody else has put at Meta. */
  readonly overwrite: boolean;
};

export type Deployment = {
  readonly plan: FlowPlan;
  readonly flowId: string;
  readonly status: string;
  /** What keeps it from being published. */
  readonly validationErrors: readonly ValidationError[];
  /** Whether anything at Meta was changed. */
  readonly changed: boolean;
};

/** @throws DeployError, GraphError; what was done until then is in the lockfile */
export async function deployFlow(
  parts: DeployParts,
  desired: DesiredFlow,
  options: DeployOptions,
): Promise<Deployment> {
  const comparison = await planFlow(parts, desired);
  const { plan, remote } = comparison;
  const { name, categories } = plan;
  assertDeployable(comparison, options);

  const { client, signal, report } = parts;
  let locked = adopt(comparison, parts.clock);
  const note = async (changed: Partial<LockedFlow>): Promise<void> => {
    locked = { ...locked, ...changed };
    await parts.lockfile.save(desired.flow, locked);
  };

  let flowId = remote?.id ?? null;
  if (flowId === null) {
    await note({ pending: "create" });
    flowId = await createFlow(client, parts.wabaId, { name, categories }, signal);
    await note({ pending: null, flowId, status: "DRAFT" });
    report(`created as ${name}`);
  }

  let validationErrors: readonly ValidationError[] = remote?.validationErrors ?? [];
  const isUploaded = !isSameJson(remote?.json ?? null, desired.json);
  if (isUploaded) {
    await note({ pending: "upload" });
    validationErrors = await uploadFlowJson(client, flowId, desired.json, signal);
    await note({
      pending: null,
      jsonHash: hashJson(desired.json),
      history: [...locked.history, entryOf(desired.json, false, parts.clock)],
    });
    report("uploaded flow.json");
  }

  // After the upload: whether an endpoint is allowed depends on the version in the JSON.
  const rest = remote === null ? withoutCreated(plan) : plan;
  const metadata = metadataOf(rest);
  if (metadata !== null) {
    await note({ pending: "update" });
    await updateFlow(client, flowId, metadata, signal);
    await note({ pending: null, name, categories });
    const fields = rest.changes.map(({ field }) => field).filter((field) => field !== "flow.json");
    report(`updated ${fields.join(", ")}`);
  }

  const wasChanged = remote === null || isUploaded || metadata !== null;
  let { status } = wasChanged || remote === null ? await readFlow(client, flowId, signal) : remote;
  const isPublished = options.publish && status === "DRAFT" && validationErrors.length === 0;
  if (isPublished) {
    const id = flowId;
    await takeStep(
      "publish",
      () => publishFlow(client, id, signal),
      (pending) => note({ pending, status }),
    );
    ({ status } = await readFlow(client, flowId, signal));
    report("published");
  }
  await note({
    name,
    categories,
    flowId,
    pending: null,
    status,
    jsonHash: hashJson(desired.json),
    history: settle(locked.history, desired.json, status, parts.clock),
  });
  return { plan, flowId, status, validationErrors, changed: wasChanged || isPublished };
}

function assertDeployable({ plan, remote }: Comparison, { overwrite }: DeployOptions): void {
  if (remote?.status === "DEPRECATED") {
    throw new DeployError(
      `${plan.flow}: the flow at Meta is deprecated, for good; deploy it as a new one with --new --name <name>`,
    );
  }
  if (plan.drifted && !overwrite) {
    throw new DeployError(
      `${plan.flow}: somebody has changed the flow at Meta since it was deployed; take that over with flowpoint flows pull, or replace it with --overwrite`,
    );
  }
}

/**
 * The lockfile's entry to begin with; what was at Meta before is kept, to go back to. A flow that is there keeps its name
 * and categories here until Meta has taken others: one that Meta refuses is no wish of the next run.
 */
function adopt({ plan, locked, remote }: Comparison, clock: Clock): LockedFlow {
  const { name, categories } = remote === null ? plan : (locked ?? remote);
  const history = locked?.history ?? [];
  return {
    flowId: null,
    pending: null,
    status: null,
    jsonHash: null,
    replaced: [],
    ...locked,
    name,
    categories,
    history: keepRemote(history, remote, clock),
    ...(remote === null ? {} : { flowId: remote.id, status: remote.status }),
  };
}

function keepRemote(
  history: readonly HistoryEntry[],
  remote: RemoteFlow | null,
  clock: Clock,
): readonly HistoryEntry[] {
  const json = remote?.json ?? null;
  if (remote === null || json === null) return history;
  if (history.some((entry) => isSameJson(json, entry.json))) return history;
  return [...history, entryOf(json, isLive(remote.status), clock)];
}

/** The deployed JSON is the newest entry, and published where Meta says so. */
function settle(
  history: readonly HistoryEntry[],
  json: string,
  status: string,
  clock: Clock,
): readonly HistoryEntry[] {
  const at = history.findLastIndex((entry) => isSameJson(json, entry.json));
  const found = history[at] ?? entryOf(json, false, clock);
  const others = at === -1 ? history : history.toSpliced(at, 1);
  return [...others, { ...found, published: found.published || isLive(status) }];
}

function entryOf(json: string, published: boolean, clock: Clock): HistoryEntry {
  return { hash: hashJson(json), uploadedAt: clock.now().toISOString(), published, json };
}

/** Name and categories have come with its creation. */
function withoutCreated(plan: FlowPlan): FlowPlan {
  const changes = plan.changes.filter(({ field }) => field !== "name" && field !== "categories");
  return { ...plan, changes };
}
