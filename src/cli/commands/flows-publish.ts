// flowpoint flows publish <flow> [--env <environment>]

import { Command } from "commander";
import { publishFlow, readFlow } from "../../graph/flows.ts";
import { isLive } from "../../graph/deploy/plan-flow.ts";
import { CommandFailed } from "../command-failed.ts";
import {
  addEnvironmentOption,
  changeDeployment,
  type EnvironmentOption,
  type OpenDeployment,
} from "../deployment.ts";
import { requireLockedFlow } from "../locked-flow.ts";
import { writeJson, writeResult } from "../output.ts";

type Options = EnvironmentOption & { readonly json?: true };

export function flowsPublishCommand(): Command {
  const command = new Command("publish")
    .description("publish what was deployed; users get it from then on")
    .argument("<flow>");
  return addEnvironmentOption(command)
    .option("--json", "print JSON")
    .action((flow: string, options: Options) =>
      changeDeployment(options.env, "flowpoint flows publish", (parts) =>
        publish(parts, flow, options),
      ),
    );
}

async function publish(
  { client, lockfile, signal }: OpenDeployment,
  flow: string,
  options: Options,
): Promise<void> {
  const locked = await requireLockedFlow(lockfile, flow);
  const { flowId } = locked;
  const before = await readFlow(client, flowId, signal);
  const changed = before.status === "DRAFT";
  if (before.validationErrors.length > 0) {
    throw new CommandFailed(
      `${flow} has errors in its flow.json; see them with: flowpoint flows deploy ${flow}`,
    );
  }
  if (!changed && !isLive(before.status)) {
    throw new CommandFailed(
      `${flow} is ${before.status} at Meta, for good; deploy it as a new flow with --new --name <name>`,
    );
  }
  if (changed) {
    await lockfile.save(flow, { ...locked, pending: "publish", status: before.status });
    await publishFlow(client, flowId, signal);
  }
  const { status } = changed ? await readFlow(client, flowId, signal) : before;
  const history = locked.history.map((entry) =>
    entry.hash === locked.jsonHash
      ? { ...entry, published: entry.published || isLive(status) }
      : entry,
  );
  await lockfile.save(flow, { ...locked, pending: null, status, history });
  if (options.json === true) return writeJson({ flow, flowId, status, changed });
  return writeResult(`${flow}: ${changed ? "published" : "nothing to change"}, ${status}`);
}
