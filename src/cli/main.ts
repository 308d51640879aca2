// The `flowpoint` command: finds the subcommand, and turns what it throws into lines on standard error and an exit
// status: 0 success, 1 failure, 2 wrong usage.

import { Command, CommanderError } from "commander";
import { loadSettings } from "../app/environment.ts";
import { SERVER_VERSION } from "../app/version.ts";
import { completionsCommand } from "./commands/completions.ts";
import { devCommand } from "./commands/dev.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { flowsCommand } from "./commands/flows.ts";
import { graphCommand } from "./commands/graph.ts";
import { jobsCommand } from "./commands/jobs.ts";
import { keysCommand } from "./commands/keys.ts";
import { migrateCommand } from "./commands/migrate.ts";
import { seedCommand } from "./commands/seed.ts";
import { sendCommand } from "./commands/send.ts";
import { serveCommand } from "./commands/serve.ts";
import { simulateCommand } from "./commands/simulate.ts";
import { tokenCommand } from "./commands/token.ts";
import { triggerCommand } from "./commands/trigger.ts";
import { CommandFailed } from "./command-failed.ts";
import { explainError, reasonOf } from "./explain-error.ts";
import { OutputClosed, watchOutput, writeProgress } from "./output.ts";

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

const COMMANDS = [
  serveCommand,
  devCommand,
  migrateCommand,
  seedCommand,
  keysCommand,
  flowsCommand,
  sendCommand,
  tokenCommand,
  simulateCommand,
  triggerCommand,
  completionsCommand,
  jobsCommand,
  doctorCommand,
  graphCommand,
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
    if (error instanceof OutputClosed) return 0;
    for (const line of explainError(error, () => loadSettings("files"))) writeProgress(line);
    return EXIT_FAILURE;
  }
}

const flushOutput = watchOutput();
const status = await run();
const lost = await flushOutput();
if (lost !== null) writeProgress(`the output could not be written: ${reasonOf(lost)}`);
// Timers and sockets that a handler left behind would keep a finished command alive.
process.exit(lost === null ? status : EXIT_FAILURE);
