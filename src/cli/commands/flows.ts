// flowpoint flows list | check | generate | scaffold | schema
// flowpoint flows plan | deploy | publish | status | preview | deprecate | rollback | pull

import { Command } from "commander";
import { flowsCheckCommand } from "./flows-check.ts";
import { flowsDeployCommand } from "./flows-deploy.ts";
import { flowsDeprecateCommand } from "./flows-deprecate.ts";
import { flowsGenerateCommand } from "./flows-generate.ts";
import { flowsListCommand } from "./flows-list.ts";
import { flowsPlanCommand } from "./flows-plan.ts";
import { flowsPreviewCommand } from "./flows-preview.ts";
import { flowsPublishCommand } from "./flows-publish.ts";
import { flowsPullCommand } from "./flows-pull.ts";
import { flowsRollbackCommand } from "./flows-rollback.ts";
import { flowsScaffoldCommand } from "./flows-scaffold.ts";
import { flowsSchemaCommand } from "./flows-schema.ts";
import { flowsStatusCommand } from "./flows-status.ts";

export function flowsCommand(): Command {
  return new Command("flows")
    .description("the flows under HANDLERS_DIR, here and at Meta")
    .addCommand(flowsListCommand())
    .addCommand(flowsCheckCommand())
    .addCommand(flowsGenerateCommand())
    .addCommand(flowsScaffoldCommand())
    .addCommand(flowsSchemaCommand())
    .addCommand(flowsPlanCommand())
    .addCommand(flowsDeployCommand())
    .addCommand(flowsPublishCommand())
    .addCommand(flowsStatusCommand())
    .addCommand(flowsPreviewCommand())
    .addCommand(flowsDeprecateCommand())
    .addCommand(flowsRollbackCommand())
    .addCommand(flowsPullCommand());
}
