// Runs a server as a process: settings in, signals obeyed, exit status out.

import type { Logger } from "pino";
import { LogLines } from "../player/log-lines.ts";
import { describeStart } from "./banner.ts";
import { elapsedMs } from "./clock.ts";
import { type RunningServer, startServer } from "./compose.ts";
import { loadSettings } from "./environment.ts";
import { Lifecycle, onStopSignals } from "./lifecycle.ts";
import { createLogger } from "./telemetry/logger.ts";
import { openLogOutput } from "./telemetry/log-output.ts";
import type { ServerOptions, Surroundings } from "./server-options.ts";
import type { Settings } from "./settings.ts";
import { TraceIds } from "./telemetry/trace-ids.ts";

/** What a shell reports for a process that a signal ended. */
const EXIT_ON_SECOND_SIGNAL = 130;

export type ServeOptions = Partial<Pick<Surroundings, "portIsFree">> &
  Pick<ServerOptions, "adapters">;

/** Why a server stops: it was told to, or it must not go on. */
type StopReason = "signal" | "fatal";

/**
 * Serves until told to stop, then ends the process: with 0 after a clean drain; with 1 when the drain outlasted its
 * grace, or the server must not go on; at once on a second signal.
 *
 * @param options.portIsFree  resolves when the public port may be taken; default: at once
 * @param options.adapters  others only where a promise or a limit is put to the test
 * @throws what `startServer` throws, with nothing left running
 */
export async function serve({
  portIsFree = async () => {},
  adapters = {},
}: ServeOptions = {}): Promise<void> {
  const settings = loadSettings("server");
  const lines = new LogLines();
  const output = openLogOutput();
  const traceIds = new TraceIds();
  const log = createLogger(
    settings.LOG_LEVEL,
    settings.profile === "development" ? lines.tee(output) : output,
    traceIds,
  );
  output.tellLossesIn(log);
  const toldToStop = Promise.withResolvers<StopReason>();
  onStopSignals(
    elapsedMs,
    () => toldToStop.resolve("signal"),
    () => process.exit(EXIT_ON_SECOND_SIGNAL),
  );
  surviveStrayErrors(log, () => toldToStop.resolve("fatal"));

  const lifecycle = new Lifecycle(log);
  const stopForGood = (err: unknown): void => {
    log.fatal({ err }, "this server must not run beside the schema it found");
    toldToStop.resolve("fatal");
  };
  const starting = startServer({
    settings,
    log,
    lifecycle,
    onFatal: stopForGood,
    adapters,
    surroundings: { lines, portIsFree, traceIds },
  });
  const first = await Promise.race([starting, toldToStop.promise]);
  if (typeof first === "object") announce(settings, log, first);
  const reason = await toldToStop.promise;

  log.info({}, "stopping");
  if (typeof first === "object") await first.leaveBalancer();
  const isDrained = await stopWithin(settings.SHUTDOWN_GRACE_MS, lifecycle);
  if (!isDrained) {
    log.error(
      { part: lifecycle.stopping },
      "a part had not stopped at the end of SHUTDOWN_GRACE_MS",
    );
  }
  await output.flush();
  process.exit(isDrained && reason === "signal" ? 0 : 1);
}

/**
 * Errors that reached nobody. A rejection that a handler forgot harms nothing else, and the server goes on. After an
 * exception nothing is known for sure, and it drains and ends.
 */
function surviveStrayErrors(log: Logger, stop: () => void): void {
  process.on("unhandledRejection", (err) => {
    log.error({ err }, "a promise was rejected and nobody had asked: await it, or catch it");
  });
  process.on("uncaughtException", (err) => {
    log.fatal({ err }, "an error was thrown where nothing could catch it");
    stop();
  });
}

function announce(settings: Settings, log: Logger, server: RunningServer): void {
  if (settings.profile === "development") {
    process.stdout.write(describeStart(settings, server));
    return;
  }
  const flows = server.flows.map((flow) => flow.name);
  log.info({ url: server.url, adminUrl: server.adminUrl, flows }, "listening");
}

async function stopWithin(graceMs: number, lifecycle: Lifecycle): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), graceMs);
  const stopped = lifecycle.stop().then(() => true);
  const isDrained = await Promise.race([stopped, late.promise]);
  clearTimeout(timer);
  return isDrained;
}
