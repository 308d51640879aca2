// Compares a flow here with the flow at Meta: what would be changed there, and what that means for messages under way.
// It changes nothing.

import { isDeepStrictEqual } from "node:util";
import type { GraphClient } from "../client.ts";
import {
  downloadFlowJson,
  findFlowByName,
  type FlowMetadata,
  type MetaFlow,
  readFlow,
} from "../flows.ts";
import { isMissing } from "../graph-error.ts";
import {
  compareContracts,
  type ContractChanges,
  NO_CHANGES,
  readContract,
} from "./contract-changes.ts";
import { DeployError } from "./deploy-error.ts";
import { hashJson, LOCKFILE_NAME, type LockedFlow, type Lockfile } from "./lockfile.ts";

/** What Meta should have. */
export type DesiredFlow = {
  /** The folder's name. */
  readonly flow: string;
  /** At Meta, unique there; default: as it is, or the folder's. */
  readonly name?: string;
  /** Default: as they are, or `OTHER`. */
  readonly categories?: readonly string[];
  /** `null` for a flow without endpoint. */
  readonly endpointUri: string | null;
  /** `null` leaves it as it is. */
  readonly applicationId: string | null;
  readonly json: string;
  /** A new flow at Meta takes the place of the one there is. */
  readonly asNew?: boolean;
};

export type PlanParts = {
  readonly client: GraphClient;
  readonly wabaId: string;
  readonly lockfile: Lockfile;
  readonly signal: AbortSignal;
};

export type PlannedChange = {
  readonly field: "flow.json" | "name" | "categories" | "endpoint_uri" | "application_id";
  /** `null` where there is nothing yet; a short hash for flow.json. */
  readonly from: string | null;
  readonly to: string;
};

export type FlowPlan = {
  readonly flow: string;
  readonly environment: string;
  readonly name: string;
  readonly categories: readonly string[];
  /** `null` for a flow that would be created. */
  readonly flowId: string | null;
  readonly status: string | null;
  /** It is at Meta, and this lockfile does not know it yet. */
  readonly adopts: boolean;
  /** Somebody has put another flow.json there since the last deployment. */
  readonly drifted: boolean;
  readonly changes: readonly PlannedChange[];
  readonly contract: ContractChanges;
};

/** A flow as Meta has it, its JSON included. */
export type RemoteFlow = MetaFlow & { readonly json: string | null };

export type Comparison = {
  readonly plan: FlowPlan;
  readonly locked: LockedFlow | null;
  /** `null` where there is none, or a new one is to take its place. */
  readonly remote: RemoteFlow | null;
};

/** @throws DeployError, GraphError */
export async function planFlow(parts: PlanParts, desired: DesiredFlow): Promise<Comparison> {
  const { lockfile } = parts;
  const found = await lockfile.find(desired.flow);
  const locked = isReplaced(desired, found) ? withoutFlow(found) : found;
  const name = desired.name ?? locked?.name ?? defaultName(desired.flow, lockfile.environment);
  const remote = await findRemote(parts, desired, locked, name);
  const json = remote?.json ?? null;
  const plan: FlowPlan = {
    flow: desired.flow,
    environment: lockfile.environment,
    name,
    categories: desired.categories ?? locked?.categories ?? remote?.categories ?? ["OTHER"],
    flowId: remote?.id ?? null,
    status: remote?.status ?? null,
    adopts: remote !== null && (locked === null || locked.flowId === null),
    drifted: hasDrifted(desired, locked, json),
    changes: [],
    contract: compareWithLive(desired, locked, remote),
  };
  return { plan: { ...plan, changes: findChanges(desired, plan, remote) }, locked, remote };
}

/** Once it is being created, the new flow is the one that is meant: the same command again finishes that one. */
function isReplaced(desired: DesiredFlow, locked: LockedFlow | null): locked is LockedFlow {
  if (desired.asNew !== true || locked === null || locked.flowId === null) return false;
  return locked.replaced.length === 0 || locked.name !== desired.name;
}

function withoutFlow(locked: LockedFlow): LockedFlow {
  return {
    ...locked,
    flowId: null,
    pending: null,
    status: null,
    jsonHash: null,
    replaced: [...locked.replaced, ...(locked.flowId === null ? [] : [locked.flowId])],
  };
}

/** Two environments may share an account, and must not share a flow. */
function defaultName(flow: string, environment: string): string {
  return environment === "default" ? flow : `${flow}-${environment}`;
}

async function findRemote(
  { client, wabaId, lockfile, signal }: PlanParts,
  desired: DesiredFlow,
  locked: LockedFlow | null,
  name: string,
): Promise<RemoteFlow | null> {
  const { flow } = desired;
  const listed =
    locked === null || locked.flowId === null
      ? await findFlowByName(client, wabaId, name, signal)
      : null;
  const flowId = locked?.flowId ?? listed?.id ?? null;
  if (flowId === null) return null;
  if (desired.asNew === true && locked?.flowId === null && locked.pending !== "create") {
    throw new DeployError(`${flow}: the account has a flow ${name}; choose another with --name`);
  }
  const owner = await lockfile.findOwner(flowId, flow);
  if (owner !== null) {
    throw new DeployError(
      `${flow}: the flow of that name at Meta is ${owner}; choose another with --name`,
    );
  }
  const remote = await readFlow(client, flowId, signal).catch((cause: unknown) => {
    if (!isMissing(cause)) throw cause;
    throw new DeployError(
      `${flow}: this token sees no flow with the id in ${LOCKFILE_NAME}; if it was deleted at Meta, remove its entry, else correct WHATSAPP_ACCESS_TOKEN or --env`,
      { cause },
    );
  });
  if (remote.wabaId !== null && remote.wabaId !== wabaId) {
    throw new DeployError(
      `${flow}: the flow in ${LOCKFILE_NAME} is of another WhatsApp business account; correct WHATSAPP_WABA_ID or --env`,
    );
  }
  return { ...remote, json: await downloadFlowJson(client, flowId, signal) };
}

/** Meta may lay the JSON out anew: what counts is what it says. */
export function isSameJson(one: string | null, other: string): boolean {
  if (one === null) return false;
  if (one === other) return true;
  try {
    return isDeepStrictEqual(JSON.parse(one), JSON.parse(other));
  } catch {
    return false;
  }
}

function hasDrifted(desired: DesiredFlow, locked: LockedFlow | null, json: string | null): boolean {
  // After an upload that was cut short, either may be there.
  if (locked === null || locked.jsonHash === null || locked.pending === "upload") return false;
  if (json === null) return false;
  const known = [desired.json, ...locked.history.map((entry) => entry.json)];
  return !known.some((text) => isSameJson(json, text));
}

const LIVE = new Set(["PUBLISHED", "THROTTLED", "BLOCKED"]);

/** In messages that are not drafts: what Meta has now, or had before it was edited. */
export function isLive(status: string): boolean {
  return LIVE.has(status);
}

function compareWithLive(
  desired: DesiredFlow,
  locked: LockedFlow | null,
  remote: RemoteFlow | null,
): ContractChanges {
  const published = locked?.history.findLast((entry) => entry.published)?.json ?? null;
  const isRemoteLive = remote !== null && isLive(remote.status);
  const live = isRemoteLive ? remote.json : (published ?? remote?.json ?? null);
  const before = live === null ? null : readContract(live);
  const after = readContract(desired.json);
  return before === null || after === null ? NO_CHANGES : compareContracts(before, after);
}

function findChanges(
  { json, endpointUri, applicationId }: DesiredFlow,
  { name, categories }: FlowPlan,
  remote: RemoteFlow | null,
): readonly PlannedChange[] {
  const changes: PlannedChange[] = [];
  const compare = (field: PlannedChange["field"], from: string | null, to: string | null): void => {
    if (to !== null && from !== to) changes.push({ field, from, to });
  };
  const remoteJson = remote?.json ?? null;
  if (!isSameJson(remoteJson, json)) {
    compare("flow.json", remoteJson === null ? null : shortHash(remoteJson), shortHash(json));
  }
  compare("name", remote?.name ?? null, name);
  compare(
    "categories",
    remote === null ? null : sortedList(remote.categories),
    sortedList(categories),
  );
  compare("endpoint_uri", remote?.endpointUri ?? null, endpointUri);
  compare("application_id", remote?.applicationId ?? null, applicationId);
  return changes;
}

function shortHash(text: string): string {
  return hashJson(text).slice(0, 12);
}

function sortedList(values: readonly string[]): string {
  return values.toSorted().join(", ");
}

/** What of a plan an update of the flow's metadata carries; `null` where it needs none. */
export function metadataOf(plan: FlowPlan): FlowMetadata | null {
  const of = (field: PlannedChange["field"]): string | undefined =>
    plan.changes.find((change) => change.field === field)?.to;
  const [name, endpointUri, applicationId] = [of("name"), of("endpoint_uri"), of("application_id")];
  const metadata: FlowMetadata = {
    ...(name === undefined ? {} : { name }),
    ...(of("categories") === undefined ? {} : { categories: plan.categories }),
    ...(endpointUri === undefined ? {} : { endpointUri }),
    ...(applicationId === undefined ? {} : { applicationId }),
  };
  return Object.keys(metadata).length === 0 ? null : metadata;
}
