// The table of faults in README.md, made from the code. `node test/readme/faults-table.ts --write` puts it there.

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { FAULTS } from "../../src/protocol/faults.ts";

export const README = path.resolve(import.meta.dirname, "../../README.md");

const BLOCK = /(<!-- faults -->\n)[^]*?(<!-- \/faults -->)/;

export function faultsTable(): string {
  const rows = Object.entries(FAULTS).map(
    ([code, { status, fix }]) => `| \`${code}\` | ${status} | ${fix} |`,
  );
  return ["| code | status | remedy |", "| --- | --- | --- |", ...rows, ""].join("\n");
}

export function withFaultsTable(readme: string): string {
  return readme.replace(BLOCK, (_block, start: string, end: string) => start + faultsTable() + end);
}

if (process.argv.includes("--write")) {
  await writeFile(README, withFaultsTable(await readFile(README, "utf8")));
}
