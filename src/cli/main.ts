// The `flowpoint` command: finds the subcommand, and turns what it throws into lines on standard error and an exit
// status: 0 success, 1 failure, 2 wrong usage.

import { Command, CommanderError } from "commander";
import { SettingsError } from "../app/settings.ts";
import { SERVER_VERSION } from "../app/version.ts";
import { KeyError } from "../protocol/private-key.ts";
import { completionsCommand } from "./commands/completions.ts";
import { devCommand } from "./commands/dev.ts";
import { flowsCommand } from "./commands/flows.ts";
import { jobsCommand } from "./commands/jobs.ts";
import { keysCommand } from "./commands/keys.ts";
import { migrateCommand } from "./commands/migrate.ts";
import { seedCommand } from "./commands/seed.ts";
import { serveCommand } from "./commands/serve.ts";
import { simulateCommand } from "./commands/simulate.ts";
import { tokenCommand } from "./commands/token.ts";
import { triggerCommand } from "./commands/trigger.ts";
import { writeProgress } from "./output.ts";
import { CommandFailed } from "./command-failed.ts";

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

const COMMANDS = [
  serveCommand,
  devCommand,
  migrateCommand,
  seedCommand,
  keysCommand,
  flowsCommand,
  tokenCommand,
  simulateCommand,
  triggerCommand,
  completionsCommand,
  jobsCommand,
];

function createProgram(): Command {
  const program = new Command("flowpoint")
    .description("Data Exchange endpoint server for WhatsApp Flows")
    .version(SERVER_VERSION);
  for (const create of COMMANDS) program.addCommand(create());
  return withOwnErrors(program);
}

/** Commander would end the process itself, with 1 for wrong usage; subcommands inherit none of this. */
function withOwnErrors(command: Command): Command {
  command.exitOverride().showHelpAfterError("(run with --help for usage)");
  for (const subcommand of command.commands) withOwnErrors(subcommand);
  return command;
}

async function run(): Promise<number> {
  try {
    await createProgram().parseAsync();
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    if (error instanceof CommandFailed && error.message === "") return EXIT_FAILURE;
    for (const line of explain(error)) writeProgress(line);
    return EXIT_FAILURE;
  }
}

/** One line per problem. A coded error says what to do; any other is a defect, and its stack helps. */
function explain(error: unknown): readonly string[] {
  if (error instanceof SettingsError) {
    return error.problems.map(({ name, rule }) => `${name}: ${rule}`);
  }
  if (!(error instanceof Error)) return [String(error)];
  if (error instanceof KeyError && error.code.startsWith("PASSPHRASE_")) {
    return [`${error.message}, in WHATSAPP_PRIVATE_KEY_PASSPHRASE`];
  }
  const isDefect = ["Error", "TypeError", "RangeError", "ReferenceError"].includes(error.name);
  return [isDefect && error.stack !== undefined ? error.stack : error.message];
}

process.exitCode = await run();
