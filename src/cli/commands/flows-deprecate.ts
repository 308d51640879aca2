// flowpoint flows deprecate <flow> --yes [--env <environment>]

import { Command } from "commander";
import { deprecateFlow } from "../../graph/flows.ts";
import { changeStatus, type StatusChange } from "../change-status.ts";
import { addEnvironmentOption, changeDeployment, type EnvironmentOption } from "../deployment.ts";

type Options = EnvironmentOption & { readonly yes?: true; readonly json?: true };

const DEPRECATION: StatusChange = {
  step: "deprecate",
  done: "deprecated",
  isNeeded: ({ status }) => status !== "DEPRECATED",
  act: deprecateFlow,
};

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
        changeStatus(parts, flow, DEPRECATION, options),
      );
    });
}
