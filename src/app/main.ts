// Runs a server as a process: settings in, signals obeyed, exit status out.

import { describeStart } from "./banner.ts";
import { elapsedMs } from "./clock.ts";
import { type RunningServer, startServer } from "./compose.ts";
import { loadSettings } from "./environment.ts";
import { onStopSignals } from "./lifecycle.ts";
import { createLogger } from "./logger.ts";

/** What a shell reports for a process that a signal ended. */
const EXIT_ON_SECOND_SIGNAL = 130;

/**
 * Serves until told to stop, then ends the process: with 0 after a clean drain; with 1 when the drain outlasted its
 * grace, or the schema turned out to be made for newer servers; at once on a second signal.
 *
 * @throws what `startServer` throws, with nothing left running
 */
export async function serve(): Promise<void> {
  const settings = loadSettings();
  const log = createLogger(settings.LOG_LEVEL);
  const toldToStop = Promise.withResolvers<"signal" | "fatal">();
  onStopSignals(
    elapsedMs,
    () => toldToStop.resolve("signal"),
    () => process.exit(EXIT_ON_SECOND_SIGNAL),
  );
  if (settings.REDIS_URL !== undefined) {
    log.warn(
      {},
      "REDIS_URL is set, but limits and repetition are kept per instance in this version",
    );
  }

  const server = await startServer(settings, log, (err) => {
    log.fatal({ err }, "this server must not run beside the schema it found");
    toldToStop.resolve("fatal");
  });
  if (settings.profile === "development") process.stdout.write(describeStart(settings, server));
  else
    log.info({ url: server.url, adminUrl: server.adminUrl, flows: namesOf(server) }, "listening");

  const reason = await toldToStop.promise;
  log.info({}, "stopping");
  const isDrained = await stopWithin(settings.SHUTDOWN_GRACE_MS, server);
  if (!isDrained) log.error({}, "requests were still in flight at the end of SHUTDOWN_GRACE_MS");
  process.exit(isDrained && reason === "signal" ? 0 : 1);
}

async function stopWithin(graceMs: number, server: RunningServer): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), graceMs);
  const stopped = server.stop().then(() => true);
  const isDrained = await Promise.race([stopped, late.promise]);
  clearTimeout(timer);
  return isDrained;
}

function namesOf(server: RunningServer): readonly string[] {
  return server.flows.map((flow) => flow.name);
}
