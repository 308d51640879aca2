// flowpoint flows generate [flow...] [--check]

import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Command } from "commander";
import { loadSettings } from "../../app/environment.ts";
import { FlowJsonError } from "../../flow-json/flow-json-error.ts";
import { generateContract } from "../../flow-json/generate.ts";
import { listHandlerFolders } from "../../flows/load-handlers.ts";
import { CommandFailed } from "../command-failed.ts";
import { writeProgress, writeResult } from "../output.ts";

type HandlerFolder = { readonly name: string; readonly folder: string };

export function flowsGenerateCommand(): Command {
  return new Command("generate")
    .description("write contract.gen.ts from flow.json, for all flows or the named ones")
    .argument("[flow...]", "names of flows")
    .option("--check", "write nothing; fail when a contract is not what its flow.json gives")
    .action(async (names: readonly string[], options: { readonly check?: true }) => {
      const folders = await chosenFolders(loadSettings().HANDLERS_DIR, names);
      let failures = 0;
      for (const folder of folders) {
        const done = options.check === true ? await check(folder) : await generate(folder);
        if (!done) failures++;
      }
      if (failures > 0) throw new CommandFailed();
    });
}

async function chosenFolders(
  handlersDir: string,
  names: readonly string[],
): Promise<readonly HandlerFolder[]> {
  const folders = await listHandlerFolders(handlersDir);
  const unknown = names.find((name) => !folders.some((folder) => folder.name === name));
  if (unknown !== undefined) {
    const known = folders.map((folder) => folder.name).join(", ");
    throw new CommandFailed(`no flow "${unknown}" in ${handlersDir}; there are: ${known}`);
  }
  return names.length === 0 ? folders : folders.filter(({ name }) => names.includes(name));
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

async function contractOf({ name, folder }: HandlerFolder): Promise<string | null> {
  const file = path.join(folder, "flow.json");
  try {
    return generateContract({ flow: name, flowJson: await readFile(file, "utf8") });
  } catch (error) {
    if (!(error instanceof FlowJsonError)) throw error;
    writeProgress(`${file}:${error.line}:${error.column} ${error.message}`);
    return null;
  }
}
