// flowpoint flows preview <flow> [--renew] [--env <environment>]

import { Command } from "commander";
import { renderUnicodeCompact } from "uqr";
import { readPreview } from "../../graph/flows.ts";
import { addEnvironmentOption, type EnvironmentOption, openDeployment } from "../deployment.ts";
import { requireLockedFlow } from "../locked-flow.ts";
import { writeJson, writeProgress, writeResult } from "../output.ts";

type Options = EnvironmentOption & { readonly renew?: true; readonly json?: true };

export function flowsPreviewCommand(): Command {
  const command = new Command("preview")
    .description("a link to Meta's preview, which anybody can open who has it, for 30 days")
    .argument("<flow>");
  return addEnvironmentOption(command)
    .option("--renew", "make a new link, and end the old one")
    .option("--json", "print JSON")
    .action(async (flow: string, options: Options) => {
      const { client, lockfile, signal } = await openDeployment(options.env);
      const { flowId } = await requireLockedFlow(lockfile, flow);
      const preview = await readPreview(client, flowId, options.renew === true, signal);
      if (options.json === true) return writeJson({ flow, flowId, ...preview });
      writeResult(preview.url);
      // For a phone's camera.
      if (process.stderr.isTTY) writeProgress(renderUnicodeCompact(preview.url));
      return writeProgress(`good until ${preview.expiresAt}`);
    });
}
