// flowpoint flows rollback <flow> [--to <hash>] [--publish] [--env <environment>]

import { Command } from "commander";
import { findHandlerFolder } from "../../app/handler-folders.ts";
import { deployFlow } from "../../graph/deploy/deploy-flow.ts";
import type { HistoryEntry } from "../../graph/deploy/lockfile.ts";
import { isSameJson } from "../../graph/deploy/plan-flow.ts";
import { downloadFlowJson } from "../../graph/flows.ts";
import { CommandFailed } from "../command-failed.ts";
import {
  addEnvironmentOption,
  changeDeployment,
  type EnvironmentOption,
  type OpenDeployment,
  readDesiredFlow,
} from "../deployment.ts";
import { requireLockedFlow } from "../locked-flow.ts";
import { writeJson, writeProgress, writeResult } from "../output.ts";
import { showErrors, toJson } from "./flows-deploy.ts";

type Options = EnvironmentOption & {
  readonly to?: string;
  readonly publish?: true;
  readonly json?: true;
};

export function flowsRollbackCommand(): Command {
  const command = new Command("rollback")
    .description("put an earlier flow.json back at Meta, from the history in flows.lock.json")
    .argument("<flow>");
  return addEnvironmentOption(command)
    .option("--to <hash>", "which, by the beginning of its hash; default: the one before")
    .option("--publish", "publish it too")
    .option("--json", "print JSON")
    .action((flow: string, options: Options) =>
      changeDeployment(options.env, "flowpoint flows rollback", (parts) =>
        rollBack(parts, flow, options),
      ),
    );
}

async function rollBack(parts: OpenDeployment, flow: string, options: Options): Promise<void> {
  const { settings, client, lockfile, signal } = parts;
  const locked = await requireLockedFlow(lockfile, flow);
  const folder = await findHandlerFolder(settings.HANDLERS_DIR, flow);
  const current = await downloadFlowJson(client, locked.flowId, signal);
  const target = chooseTarget(flow, locked.history, current, options.to);
  const here = await readDesiredFlow(settings, folder);
  const deployment = await deployFlow(
    { ...parts, report: (step) => writeProgress(`${flow}: ${step}`) },
    { ...here, json: target.json },
    // Whatever is there, it is to go.
    { publish: options.publish === true, overwrite: true },
  );
  showErrors(folder, target.json, deployment);
  const { status } = deployment;
  if (options.json === true) writeJson({ ...toJson(deployment), hash: target.hash });
  else writeResult(`${flow}: back at ${target.hash.slice(0, 12)}, ${status}`);
  if (!isSameJson(here.json, target.json)) {
    writeProgress(
      `${flow}: the flow.json here is another; take Meta's with flowpoint flows pull ${flow} --force, or the next deploy puts it there again`,
    );
  }
}

function chooseTarget(
  flow: string,
  history: readonly HistoryEntry[],
  current: string | null,
  hash: string | undefined,
): HistoryEntry {
  if (hash !== undefined) {
    const named = history.filter((entry) => entry.hash.startsWith(hash.toLowerCase()));
    const [only] = named;
    if (only !== undefined && named.length === 1) return only;
    const known = history.map((entry) => entry.hash.slice(0, 12)).join(", ");
    throw new CommandFailed(`--to names no single flow.json of ${flow}; there are: ${known}`);
  }
  const others = history.filter((entry) => !isSameJson(current, entry.json));
  const target = others.findLast((entry) => entry.published) ?? others.at(-1);
  if (target !== undefined) return target;
  throw new CommandFailed(`${flow} has no earlier flow.json in flows.lock.json to go back to`);
}
