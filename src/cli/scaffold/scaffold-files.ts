// The files of a new handler: from a flow.json alone, or from a handler that ships with Flowpoint.

import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { deriveContract } from "../../flow-json/contract.ts";
import { parseFlowJson } from "../../flow-json/document.ts";
import { generateContract } from "../../flow-json/generate.ts";
import { exampleSource, handlerSource, type ScaffoldedFlow } from "./handler-source.ts";
import { openingTestSource, testSource } from "./test-source.ts";
import type { FolderSite, HandlerFiles } from "./write-handler-folder.ts";

const SHIPPED = path.resolve(import.meta.dirname, "../../../handlers");

/** @throws FlowJsonError where no contract can be made of it */
export function filesForFlow(name: string, flowJson: string, site: FolderSite): HandlerFiles {
  const flow = readFlow(name, flowJson);
  const examples = exampleSource(flow);
  return new Map([
    ["flow.json", flowJson],
    ["contract.gen.ts", generateContract({ flow: name, flowJson })],
    ["handler.ts", handlerSource(flow)],
    ...(examples === null ? [] : [["example-data.ts", examples] as const]),
    ["handler.test.ts", testSource(flow, site.runner)],
    ...tsconfigOf(site),
  ]);
}

/** Names of the flows that ship. */
export async function listShippedFlows(): Promise<readonly string[]> {
  const entries = await readdir(SHIPPED, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).toSorted();
}

/** Its tests stay behind: they are of this checkout. */
export async function filesFromShippedFlow(
  shipped: string,
  name: string,
  site: FolderSite,
): Promise<HandlerFiles> {
  const source = path.join(SHIPPED, shipped);
  const entries = await readdir(source, { withFileTypes: true, recursive: true });
  const names = entries
    .filter((entry) => entry.isFile() && !/\.(?:test|fixture)\.ts$/.test(entry.name))
    .map((entry) => path.relative(source, path.join(entry.parentPath, entry.name)))
    .toSorted();
  const files = new Map<string, string>();
  for (const file of names) files.set(file, await readFile(path.join(source, file), "utf8"));

  const flowJson = files.get("flow.json") ?? "";
  files.set("contract.gen.ts", generateContract({ flow: name, flowJson }));
  const seed = files.has("seed.ts");
  files.set("handler.test.ts", openingTestSource(readFlow(name, flowJson), site.runner, { seed }));
  return new Map([...files, ...tsconfigOf(site)]);
}

function readFlow(name: string, flowJson: string): ScaffoldedFlow {
  const document = parseFlowJson(flowJson);
  return { name, document, contract: deriveContract(document) };
}

function tsconfigOf({ tsconfig }: FolderSite): readonly (readonly [string, string])[] {
  return tsconfig === null ? [] : [["tsconfig.json", tsconfig]];
}
