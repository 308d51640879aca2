// What the commands that work on flows at Meta have in common: the account, the lockfile, and what Meta should have.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { systemClock } from "../app/clock.ts";
import { loadSettings } from "../app/environment.ts";
import { createClient, requireSettings } from "../app/sending/graph-settings.ts";
import { type HandlerFolder, readFlowJson } from "../app/handler-folders.ts";
import type { Settings } from "../app/settings.ts";
import { parseFlowJson } from "../flow-json/document.ts";
import type { DeployParts } from "../graph/deploy/deploy-flow.ts";
import { LOCKFILE_NAME, openLockfile } from "../graph/deploy/lockfile.ts";
import type { DesiredFlow } from "../graph/deploy/plan-flow.ts";
import { FLOW_CATEGORIES } from "../graph/flows.ts";
import { takeProcessLock } from "../graph/process-lock.ts";
import { CommandFailed } from "./command-failed.ts";
import { writeProgress } from "./output.ts";

export type EnvironmentOption = { readonly env: string };

export function addEnvironmentOption(command: Command): Command {
  return command.option(
    "--env <environment>",
    "which part of flows.lock.json, as for a test account",
    parseEnvironment,
    "default",
  );
}

function parseEnvironment(text: string): string {
  if (/^[a-z][a-z0-9-]{0,31}$/.test(text)) return text;
  throw new InvalidArgumentError("must be lower-case letters, digits and dashes.");
}

export type MetadataOptions = {
  readonly name?: string;
  readonly category?: readonly string[];
  readonly new?: true;
};

/** What is to be known of a flow beside its files; the lockfile remembers it. */
export function addMetadataOptions(command: Command): Command {
  return command
    .option("--name <name>", "the flow's name at Meta; default: as it is, or its folder's")
    .addOption(
      new Option(
        "--category <category...>",
        "its categories at Meta; default: as they are, or OTHER",
      ).choices(FLOW_CATEGORIES),
    )
    .option("--new", "make a new flow at Meta in place of the one in flows.lock.json");
}

/** Retries included; whoever waits longer has a network to look at. */
const LIMIT_MS = 10 * 60_000;

export type OpenDeployment = DeployParts & { readonly settings: Settings };

/** @throws SettingsError, DeployError */
export async function openDeployment(environment: string): Promise<OpenDeployment> {
  const settings = loadSettings("files");
  const { WHATSAPP_WABA_ID } = requireSettings(settings, [
    "WHATSAPP_ACCESS_TOKEN",
    "WHATSAPP_WABA_ID",
  ]);
  return {
    settings,
    client: createClient(settings),
    wabaId: WHATSAPP_WABA_ID,
    lockfile: await openLockfile(settings.HANDLERS_DIR, environment, WHATSAPP_WABA_ID),
    clock: systemClock,
    signal: AbortSignal.timeout(LIMIT_MS),
    report: writeProgress,
  };
}

/**
 * Runs what changes flows at Meta or the lockfile. Of those only one is at work in a folder of handlers at a time: the
 * lockfile is one file for all environments.
 *
 * @param purpose  the command, for whoever comes meanwhile
 * @throws SettingsError, DeployError, ProcessLockedError
 */
export async function changeDeployment<T>(
  environment: string,
  purpose: string,
  change: (deployment: OpenDeployment) => Promise<T>,
): Promise<T> {
  const { HANDLERS_DIR } = loadSettings("files");
  if (!existsSync(HANDLERS_DIR)) {
    throw new CommandFailed(
      `HANDLERS_DIR: ${HANDLERS_DIR} does not exist; name an existing folder`,
    );
  }
  const lock = await takeProcessLock(path.join(HANDLERS_DIR, `${LOCKFILE_NAME}.held`), {
    purpose: `${purpose} --env ${environment}`,
    now: systemClock.now(),
    onTakeover: writeProgress,
  });
  try {
    return await change(await openDeployment(environment));
  } finally {
    await lock.release();
  }
}

/** @throws HandlerLoadError for a flow.json that cannot be read, SettingsError without PUBLIC_URL where it is needed */
export async function readDesiredFlow(
  settings: Settings,
  folder: HandlerFolder,
  { name, category, new: asNew }: MetadataOptions = {},
): Promise<DesiredFlow> {
  const { dataApiVersion } = await readFlowJson(folder, parseFlowJson);
  return {
    flow: folder.name,
    ...(name === undefined ? {} : { name }),
    ...(category === undefined ? {} : { categories: category }),
    ...(asNew === undefined ? {} : { asNew }),
    endpointUri: dataApiVersion === null ? null : endpointUri(settings, folder.name),
    applicationId: settings.WHATSAPP_APP_ID ?? null,
    json: await readFile(flowJsonPath(folder), "utf8"),
  };
}

export function flowJsonPath({ folder }: HandlerFolder): string {
  return path.join(folder, "flow.json");
}

function endpointUri(settings: Settings, flow: string): string {
  const { PUBLIC_URL } = requireSettings(settings, ["PUBLIC_URL"]);
  return `${PUBLIC_URL.replace(/\/+$/, "")}/flows/${flow}`;
}
