// flowpoint flows deprecate <flow> --yes [--env <environment>]

import { Command } from "commander";
import { deprecateFlow, readFlow } from "../../graph/flows.ts";
import {
  addEnvironmentOption,
  changeDeployment,
  type EnvironmentOption,
  type OpenDeployment,
} from "../deployment.ts";
import { requireLockedFlow } from "../locked-flow.ts";
import { writeJson, writeResult } from "../output.ts";

type Options = EnvironmentOption & { readonly yes?: true; readonly json?: true };

export function flowsDeprecateCommand(): Command {
  const command = new Command("deprecate")
    .description(
      "end a published flow for good: nobody can open it any more, and Meta has no way back",
    )
    .argument("<flow>");
  return addEnvironmentOption(command)
    .option("--yes", "that is what is wanted")
    .option("--json", "print JSON")
    .action(async (flow: string, options: Options, self: Command) => {
      if (options.yes !== true) {
        self.error("error: this cannot be undone; confirm it with --yes");
      }
      await changeDeployment(options.env, "flowpoint flows deprecate", (parts) =>
        deprecate(parts, flow, options),
      );
    });
}

async function deprecate(
  { client, lockfile, signal }: OpenDeployment,
  flow: string,
  options: Options,
): Promise<void> {
  const locked = await requireLockedFlow(lockfile, flow);
  const { flowId } = locked;
  const before = await readFlow(client, flowId, signal);
  const changed = before.status !== "DEPRECATED";
  if (changed) {
    await lockfile.save(flow, { ...locked, pending: "deprecate", status: before.status });
    await deprecateFlow(client, flowId, signal);
  }
  const { status } = changed ? await readFlow(client, flowId, signal) : before;
  await lockfile.save(flow, { ...locked, pending: null, status });
  if (options.json === true) return writeJson({ flow, flowId, status, changed });
  return writeResult(`${flow}: ${changed ? "deprecated" : "nothing to change"}, ${status}`);
}
