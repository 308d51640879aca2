// flowpoint doctor [--url <url>] [--json]

import { Command, InvalidArgumentError } from "commander";
import { loadSettings } from "../../app/environment.ts";
import { CommandFailed } from "../command-failed.ts";
import { formatDiagnoses } from "../doctor/format-diagnoses.ts";
import { runChecks } from "../doctor/run-checks.ts";
import { writeJson, writeResult } from "../output.ts";

type Options = { readonly url?: string; readonly json?: true };

export function doctorCommand(): Command {
  return new Command("doctor")
    .description("check everything, from the settings to the public address as Meta would call it")
    .option("--url <url>", "the address to try; default: PUBLIC_URL", parseUrl)
    .option("--json", "print JSON")
    .action(async ({ url, json }: Options) => {
      const diagnoses = await runChecks(() => loadSettings("server"), url ?? null);
      if (json === true) writeJson(diagnoses);
      else writeResult(formatDiagnoses(diagnoses, process.stdout));
      if (diagnoses.some(({ state }) => state === "fail")) throw new CommandFailed();
    });
}

function parseUrl(text: string): string {
  const protocol = URL.parse(text)?.protocol;
  if (protocol === "https:" || protocol === "http:") return text;
  throw new InvalidArgumentError("must be a URL that begins with https:// or http://");
}
