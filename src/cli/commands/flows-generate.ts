// flowpoint flows generate [flow...] [--check]

import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Command } from "commander";
import { loadSettings } from "../../app/environment.ts";
import {
  chooseHandlerFolders,
  type HandlerFolder,
  readFlowJson,
} from "../../app/handler-folders.ts";
import { generateContract } from "../../flow-json/generate.ts";
import { HandlerLoadError } from "../../flows/load-handlers.ts";
import { CommandFailed } from "../command-failed.ts";
import { checkFlowFile, formatFindings } from "../flow-findings.ts";
import { writeProgress, writeResult } from "../output.ts";

export function flowsGenerateCommand(): Command {
  return new Command("generate")
    .description("write contract.gen.ts from flow.json, for all flows or the named ones")
    .argument("[flow...]", "names of flows")
    .option("--check", "write nothing; fail when a contract is not what its flow.json gives")
    .action(async (names: readonly string[], options: { readonly check?: true }) => {
      const folders = await chooseHandlerFolders(loadSettings("files").HANDLERS_DIR, names);
      let failures = 0;
      for (const folder of folders) {
        const done = options.check === true ? await check(folder) : await generate(folder);
        if (!done) failures++;
      }
      if (failures > 0) throw new CommandFailed();
    });
}

async function generate({ name, folder }: HandlerFolder): Promise<boolean> {
  const source = await contractOf({ name, folder });
  if (source === null) return false;
  const file = path.join(folder, "contract.gen.ts");
  await writeFile(file, source);
  writeResult(file);
  return true;
}

async function check({ name, folder }: HandlerFolder): Promise<boolean> {
  const source = await contractOf({ name, folder });
  if (source === null) return false;
  const file = path.join(folder, "contract.gen.ts");
  const isFresh = existsSync(file) && (await readFile(file, "utf8")) === source;
  if (!isFresh) writeProgress(`${file} is stale; run: flowpoint flows generate ${name}`);
  return isFresh;
}

async function contractOf(folder: HandlerFolder): Promise<string | null> {
  try {
    return await readFlowJson(folder, (flowJson) =>
      generateContract({ flow: folder.name, flowJson }),
    );
  } catch (error) {
    if (!(error instanceof HandlerLoadError)) throw error;
    await explain(folder, error);
    return null;
  }
}

/** The reader stops at the first fault; the linter knows all of them, and what to do. */
async function explain({ folder }: HandlerFolder, error: HandlerLoadError): Promise<void> {
  const checked = await checkFlowFile(path.join(folder, "flow.json"));
  const findings = checked.findings.filter(({ severity }) => severity === "error");
  if (findings.length === 0) writeProgress(error.message);
  for (const line of formatFindings({ ...checked, findings }, process.stderr)) writeProgress(line);
}
