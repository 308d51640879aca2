// Every flow.json against the linter. Its findings are counted here; `flowpoint flows check` shows them in full.

import path from "node:path";
import { checkFlowFile, countFindings } from "../flow-findings.ts";
import { type Diagnosis, failed, passed, warned } from "./diagnosis.ts";

const CHECK = "flow-json";

export async function checkFlowJsonFiles(
  folders: readonly { readonly name: string; readonly folder: string }[],
): Promise<readonly Diagnosis[]> {
  const diagnoses: Diagnosis[] = [];
  for (const { name, folder } of folders) {
    const checked = await checkFlowFile(path.join(folder, "flow.json"));
    const errors = countFindings([checked], "error");
    const warnings = countFindings([checked], "warning");
    const first = checked.findings.find(({ severity }) => errors === 0 || severity === "error");
    if (first === undefined) continue;
    const counted = `${errors} errors, ${warnings} warnings`;
    const detail = `${name}: ${counted}; line ${first.range.line}: ${first.message}`;
    const remedy = `run: flowpoint flows check ${path.relative("", folder) || "."}`;
    diagnoses.push(errors > 0 ? failed(CHECK, detail, remedy) : warned(CHECK, detail, remedy));
  }
  return diagnoses.length > 0 ? diagnoses : [passed(CHECK, "the linter finds nothing")];
}
