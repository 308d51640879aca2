// `npm run faults`: kills, crashes and cuts, and then the reckoning; the same for servers that are known to break a
// promise, which must be caught. Progress and single violations go to standard error, the table to standard output.
// Exit status 1 when a promise was broken, or a control was not caught.

import { parseArgs } from "node:util";
import { type CampaignReport, runCampaign } from "./campaign.ts";
import { type Control, CONTROLS, PRODUCT } from "./candidates.ts";
import { findOutageFailures, runOutage } from "./outage.ts";
import { formatCampaigns, formatOutage } from "./table.ts";

const KILLS = 40;
/** Enough for nearly every statement to be aimed at once. */
const CONTROL_KILLS = 20;
const SECONDS = 1_800;
const EXIT_USAGE = 2;

const USAGE = `usage: npm run faults -- [--seed N] [--kills N] [--duration SECONDS] [--no-controls]
       npm run faults -- --outage SECONDS [--seed N]

  --seed N            chooses the same faults again; default: a new one, printed
  --kills N           processes to kill; default ${KILLS}, which takes about two minutes
  --duration SECONDS  stops killing after that long, whatever --kills says
  --no-controls       leaves out the servers that break a promise on purpose
  --outage SECONDS    instead: stops Postgres once, for that long, under load
`;

type Command = {
  readonly seed: number;
  readonly kills: number;
  readonly seconds: number;
  readonly controls: boolean;
  readonly outageSeconds: number | null;
};

async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args);
  if (command === null) {
    process.stderr.write(USAGE);
    return EXIT_USAGE;
  }
  note(`seed ${command.seed}`);
  return command.outageSeconds === null
    ? await wage(command)
    : await sitOut(command.outageSeconds, command.seed);
}

async function wage({ seed, kills, seconds, controls }: Command): Promise<number> {
  const limitMs = seconds * 1_000;
  note(`== ${PRODUCT.name}`);
  const product = await runCampaign({ candidate: PRODUCT, seed, kills, limitMs, note });
  const caught: { readonly control: Control; readonly report: CampaignReport }[] = [];
  for (const control of controls ? Object.values(CONTROLS) : []) {
    note(`== ${control.name}`);
    const options = { candidate: control, seed, kills: CONTROL_KILLS, limitMs, note };
    caught.push({ control, report: await runCampaign(options) });
  }
  const reports = [product, ...caught.map(({ report }) => report)];
  process.stdout.write(`seed ${seed}\n${formatCampaigns(reports)}\n\n`);

  const failures = [
    ...product.violations.map(({ kind, id }) => `${kind} ${id}`),
    ...(product.ownDeaths > 0 ? [`${product.ownDeaths} instances ended by themselves`] : []),
    ...(product.jobsLeft > 0 ? [`${product.jobsLeft} jobs were left in the queue`] : []),
    ...caught
      .filter(({ control, report }) => !isCaught(control, report))
      .map(({ control }) => `"${control.name}" was not caught: a clean run proves nothing`),
  ];
  for (const { control, report } of caught) {
    for (const { kind, id } of report.violations) note(`${control.name}: ${kind} ${id}`);
  }
  return conclude(
    failures,
    controls ? "every promise was kept, and every control caught" : "every promise was kept",
  );
}

function isCaught({ breaks }: Control, { violations }: CampaignReport): boolean {
  return violations.some(({ kind }) => kind === breaks);
}

async function sitOut(seconds: number, seed: number): Promise<number> {
  const report = await runOutage(seconds, seed, note);
  process.stdout.write(`seed ${seed}\n${formatOutage(report)}\n\n`);
  return conclude(findOutageFailures(report), "every promise was kept");
}

function conclude(failures: readonly string[], otherwise: string): number {
  for (const failure of failures) process.stdout.write(`broken: ${failure}\n`);
  if (failures.length > 0) return 1;
  process.stdout.write(`${otherwise}\n`);
  return 0;
}

/** @returns `null` for wrong usage */
function parseCommand(args: readonly string[]): Command | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        seed: { type: "string" },
        kills: { type: "string", default: String(KILLS) },
        duration: { type: "string", default: String(SECONDS) },
        controls: { type: "boolean", default: true },
        outage: { type: "string" },
      },
    });
    return {
      seed: values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : count(values.seed),
      kills: count(values.kills),
      seconds: count(values.duration),
      controls: values.controls,
      outageSeconds: values.outage === undefined ? null : count(values.outage),
    };
  } catch {
    return null;
  }
}

function count(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error("not a whole number");
  return Number(text);
}

function note(progress: string): void {
  process.stderr.write(`${progress}\n`);
}

process.exit(await main(process.argv.slice(2)));
