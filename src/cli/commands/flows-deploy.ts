// flowpoint flows deploy [flow...] [--publish] [--dry-run] [--env <environment>]

import { Command } from "commander";
import { chooseHandlerFolders, type HandlerFolder } from "../../app/handler-folders.ts";
import { deployFlow, type Deployment } from "../../graph/deploy/deploy-flow.ts";
import { CommandFailed } from "../command-failed.ts";
import {
  addEnvironmentOption,
  addMetadataOptions,
  changeDeployment,
  type EnvironmentOption,
  flowJsonPath,
  type MetadataOptions,
  type OpenDeployment,
  readDesiredFlow,
} from "../deployment.ts";
import { writeJson, writeProgress, writeResult } from "../output.ts";
import { formatValidationErrors } from "../validation-report.ts";
import { assertOneFlow, showPlans } from "./flows-plan.ts";

type Options = EnvironmentOption &
  MetadataOptions & {
    readonly publish?: true;
    readonly overwrite?: true;
    readonly dryRun?: true;
    readonly json?: true;
  };

export function flowsDeployCommand(): Command {
  const command = new Command("deploy")
    .description(
      "bring flows at Meta to where they are here; a run that failed is finished by the next",
    )
    .argument("[flow...]", "none stands for all");
  return addMetadataOptions(addEnvironmentOption(command))
    .option("--publish", "publish them too, where Meta finds no errors")
    .option("--overwrite", "replace what somebody else has changed at Meta")
    .option("--dry-run", "show the plan and change nothing")
    .option("--json", "print JSON")
    .action((flows: readonly string[], options: Options, self: Command) => {
      assertOneFlow(flows, options, self);
      if (options.dryRun === true) return showPlans(flows, options);
      return changeDeployment(options.env, "flowpoint flows deploy", (parts) =>
        deploy(parts, flows, options),
      );
    });
}

async function deploy(
  parts: OpenDeployment,
  flows: readonly string[],
  options: Options,
): Promise<void> {
  const { settings } = parts;
  const folders = await chooseHandlerFolders(settings.HANDLERS_DIR, flows);
  const done: Deployment[] = [];
  let isFaulty = false;
  for (const folder of folders) {
    const desired = await readDesiredFlow(settings, folder, options);
    const report = (step: string): void => writeProgress(`${folder.name}: ${step}`);
    const deployment = await deployFlow({ ...parts, report }, desired, {
      publish: options.publish === true,
      overwrite: options.overwrite === true,
    });
    done.push(deployment);
    isFaulty ||= deployment.validationErrors.length > 0;
    showErrors(folder, desired.json, deployment);
    for (const text of deployment.plan.contract.breaking) report(`breaking: ${text}`);
    if (options.json !== true) writeResult(describe(folder, deployment));
  }
  if (options.json === true) writeJson(done.map(toJson));
  if (isFaulty) {
    throw new CommandFailed(
      "Meta keeps a flow with errors as a draft; mend its flow.json and deploy it again",
    );
  }
}

export function showErrors(
  folder: HandlerFolder,
  text: string,
  { validationErrors }: Pick<Deployment, "validationErrors">,
): void {
  for (const shown of formatValidationErrors(flowJsonPath(folder), text, validationErrors)) {
    writeProgress(shown);
  }
}

function describe({ name }: HandlerFolder, { changed, status, flowId }: Deployment): string {
  const what = changed ? "deployed" : "nothing to change";
  return `${name}: ${what}, ${status} ${flowId}`;
}

export function toJson({ plan, flowId, status, changed, validationErrors }: Deployment): object {
  const { flow, environment, name, changes, contract } = plan;
  return {
    flow,
    environment,
    name,
    flowId,
    status,
    changed,
    changes,
    breaking: contract.breaking,
    validationErrors,
  };
}
