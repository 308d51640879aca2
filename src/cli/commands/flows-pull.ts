// flowpoint flows pull <flow> [--id <flow id>] [--force] [--env <environment>]

import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Command } from "commander";
import { loadSettings } from "../../app/environment.ts";
import { hashJson, LOCKFILE_NAME } from "../../graph/deploy/lockfile.ts";
import { isLive, isSameJson } from "../../graph/deploy/plan-flow.ts";
import { FLOW_NAME_RULE, isFlowName } from "../../flows/load-handlers.ts";
import { downloadFlowJson, readFlow } from "../../graph/flows.ts";
import { CommandFailed } from "../command-failed.ts";
import {
  addEnvironmentOption,
  changeDeployment,
  type EnvironmentOption,
  type OpenDeployment,
} from "../deployment.ts";
import { writeJson, writeProgress, writeResult } from "../output.ts";

type Options = EnvironmentOption & {
  readonly id?: string;
  readonly force?: true;
  readonly json?: true;
};

export function flowsPullCommand(): Command {
  const command = new Command("pull")
    .description("write the flow.json that Meta has into the flow's folder")
    .argument("<flow>", "the folder's name; it is made where there is none");
  return addEnvironmentOption(command)
    .option("--id <flow id>", "of a flow that was not deployed from here")
    .option("--force", "replace the flow.json that is here")
    .option("--json", "print JSON")
    .action(async (flow: string, options: Options, self: Command) => {
      if (!isFlowName(flow)) self.error(`error: ${FLOW_NAME_RULE}`);
      await mkdir(loadSettings("files").HANDLERS_DIR, { recursive: true });
      await changeDeployment(options.env, "flowpoint flows pull", (parts) =>
        pull(parts, flow, options),
      );
    });
}

async function pull(
  { client, lockfile, signal, settings, clock }: OpenDeployment,
  flow: string,
  options: Options,
): Promise<void> {
  const known = await lockfile.find(flow);
  const flowId = options.id ?? known?.flowId ?? null;
  if (flowId === null) {
    throw new CommandFailed(
      `${flow} is not in ${LOCKFILE_NAME} for environment ${lockfile.environment}; name the flow at Meta with --id, as Meta's WhatsApp Manager shows it`,
    );
  }
  const owner = await lockfile.findOwner(flowId, flow);
  if (owner !== null) {
    throw new CommandFailed(`that flow is ${owner} in ${LOCKFILE_NAME}; pull it under that name`);
  }
  const remote = await readFlow(client, flowId, signal);
  const json = await downloadFlowJson(client, flowId, signal);
  if (json === null) throw new CommandFailed(`${flow} has no flow.json at Meta yet`);

  const file = path.join(settings.HANDLERS_DIR, flow, "flow.json");
  const here = await readFile(file, "utf8").catch(() => null);
  const changed = !isSameJson(here, json);
  if (changed && here !== null && options.force !== true) {
    throw new CommandFailed(`${file} is another; replace it with --force`);
  }
  if (changed) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, json);
  }
  const kept = known?.history ?? [];
  const entry = {
    hash: hashJson(json),
    uploadedAt: clock.now().toISOString(),
    published: isLive(remote.status),
    json,
  };
  const isKept = kept.some((earlier) => isSameJson(json, earlier.json));
  await lockfile.save(flow, {
    name: remote.name,
    categories: remote.categories,
    flowId,
    pending: null,
    status: remote.status,
    jsonHash: hashJson(json),
    history: isKept ? kept : [...kept, entry],
    replaced: known?.replaced ?? [],
  });
  if (options.json === true) return writeJson({ flow, flowId, file, changed });
  const hasHandler = existsSync(path.join(path.dirname(file), "handler.ts"));
  const next = hasHandler ? `generate ${flow}` : `scaffold ${file}`;
  writeResult(changed ? file : `${flow}: nothing to change`);
  if (changed) writeProgress(`then run: flowpoint flows ${next}`);
}
