// flowpoint flows plan [flow...] [--env <environment>]

import { Command } from "commander";
import { chooseHandlerFolders } from "../../app/handler-folders.ts";
import { loadKeys } from "../../app/load-keys.ts";
import { type DesiredFlow, planFlow } from "../../graph/deploy/plan-flow.ts";
import { compareKeys } from "../../graph/public-keys.ts";
import {
  addEnvironmentOption,
  addMetadataOptions,
  type EnvironmentOption,
  type MetadataOptions,
  openDeployment,
  type OpenDeployment,
  readDesiredFlow,
} from "../deployment.ts";
import { diffJson } from "../json-diff.ts";
import { writeJson, writeResult } from "../output.ts";
import { formatPlan, type KeyReport, type PlanReport, planToJson } from "../plan-report.ts";
import { countUnexpired } from "../unexpired-messages.ts";

type Options = EnvironmentOption & MetadataOptions & { readonly json?: true };

export function flowsPlanCommand(): Command {
  const command = new Command("plan")
    .description("what deploy would change at Meta, and what that means for messages under way")
    .argument("[flow...]", "none stands for all");
  return addMetadataOptions(addEnvironmentOption(command))
    .option("--json", "print JSON")
    .action((flows: readonly string[], options: Options, self: Command) => {
      assertOneFlow(flows, options, self);
      return showPlans(flows, options);
    });
}

/** A name is of one flow. */
export function assertOneFlow(
  flows: readonly string[],
  { name, new: asNew }: MetadataOptions,
  command: Command,
): void {
  if ((name !== undefined || asNew === true) && flows.length !== 1) {
    command.error("error: --name and --new go with exactly one flow");
  }
}

export async function showPlans(flows: readonly string[], options: Options): Promise<void> {
  const deployment = await openDeployment(options.env);
  const { settings } = deployment;
  const desired: DesiredFlow[] = [];
  for (const folder of await chooseHandlerFolders(settings.HANDLERS_DIR, flows)) {
    desired.push(await readDesiredFlow(settings, folder, options));
  }
  const needsKeys = desired.some(({ endpointUri }) => endpointUri !== null);
  const keys = needsKeys ? await readKeys(deployment) : null;
  const reports: PlanReport[] = [];
  for (const flow of desired) {
    const { plan, remote } = await planFlow(deployment, flow);
    const jsonAtMeta = remote?.json ?? null;
    reports.push({
      plan,
      keys: flow.endpointUri === null ? null : keys,
      diff: jsonAtMeta === null ? [] : diffJson(jsonAtMeta, flow.json),
      lacksApp:
        flow.endpointUri !== null && (flow.applicationId ?? remote?.applicationId ?? null) === null,
      messages:
        plan.contract.breaking.length === 0
          ? { count: 0, note: null }
          : await countUnexpired(settings, flow.flow),
    });
  }
  if (options.json === true) writeJson(reports.map(planToJson));
  else writeResult(reports.map(formatPlan).join("\n"));
}

/** Where this machine has no private key, there is nothing to compare with. */
async function readKeys({ settings, client, wabaId, signal }: OpenDeployment): Promise<KeyReport> {
  const own = await loadKeys(settings);
  if (own.length === 0) return null;
  const fingerprints = new Set(own.map(({ fingerprint }) => fingerprint));
  return { numbers: await compareKeys(client, wabaId, fingerprints, signal) };
}
