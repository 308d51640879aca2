// `node test/deploy/container.ts [image]`: the built image, run as README and deploy/ have it (root read-only, no
// capabilities, default seccomp profile, /tmp in memory), with a Postgres of its own, and a phone that walks every flow.
// Exit status 1 where a flow does not end as it should, where something could be written or is there of the player, or where
// its stop is not clean.
//
// Asks podman, or what CONTAINER_ENGINE names with its options: where systemd and cgroups v2 are missing, for example
// CONTAINER_ENGINE="podman --runtime runc --cgroup-manager cgroupfs".

import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { SECRETS } from "../faults/instance.ts";
import { freePort } from "../helpers/free-port.ts";
import { startPostgres } from "../helpers/postgres.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const FLOWS = (await readdir(path.join(ROOT, "handlers"))).toSorted();
const READY_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 100;

const CONFINED = [
  ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL"],
  ["--security-opt", "no-new-privileges", "--network", "host"],
  // What every machine lets a container have.
  ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"],
].flat();

/** Tried inside: a line for each place that could be written, and what the kernel says of the process. */
const LOOK_AROUND = `for place in / /app /app/src /var/lib/flowpoint /home/node /usr/local/bin /etc; do
  touch "$place/written" 2>/dev/null && echo "written: $place"
done
for place in /app/dist /app/src/player/client; do
  test -e "$place" && echo "of the player: $place"
done
touch /tmp/written && echo "/tmp: can be written"
id -un
grep -E '^(CapEff|NoNewPrivs|Seccomp):' /proc/self/status`;

const [engine = "podman", ...engineOptions] = (process.env["CONTAINER_ENGINE"] ?? "podman").split(
  " ",
);
const image = process.argv[2] ?? "flowpoint";
const run = promisify(execFile);

await using parts = new AsyncDisposableStack();
const postgres = parts.use(await startPostgres({ durable: false }));
const folder = await mkdtemp(path.join(tmpdir(), "flowpoint-container-"));
parts.defer(() => rm(folder, { recursive: true, force: true }));
const [port, adminPort] = [await freePort(), await freePort()];
const environment = {
  ...SECRETS,
  // One line each, which is all that such a file can hold.
  WHATSAPP_PRIVATE_KEY: SECRETS.WHATSAPP_PRIVATE_KEY.replaceAll("\n", String.raw`\n`),
  DATABASE_URL: await postgres.createDatabase(),
  PORT: String(port),
  ADMIN_PORT: String(adminPort),
  SHUTDOWN_DELAY_MS: "0",
};
const environmentFile = path.join(folder, "production.env");
await writeFile(
  environmentFile,
  Object.entries(environment)
    .map(([name, value]) => `${name}=${value}\n`)
    .join(""),
  { mode: 0o600 },
);

const name = `flowpoint-${randomUUID()}`;
let failures = 0;
const around = await container(["--rm", "--entrypoint", "sh"], ["-c", LOOK_AROUND]);
tell("inside", around);
if (/written:|of the player:/.test(around) || !around.includes("can be written")) failures++;
await container(["--rm", "--env-file", environmentFile], ["migrate"]);
await container(["--rm", "--env-file", environmentFile], ["seed"]);
parts.defer(async () => {
  await ask("rm", "--force", "--time", "0", name);
});
await container(["--detach", "--name", name, "--env-file", environmentFile], []);
await untilReady();
tell("health check", await healthCheck());

for (const flow of FLOWS) {
  const outcome = await simulate(flow);
  if (outcome !== "completed") failures++;
  tell(flow, outcome);
}
await ask("stop", "--time", "40", name);
const status = (await ask("inspect", "--format", "{{.State.ExitCode}}", name)).trim();
tell("exit status after SIGTERM", status);
if (status !== "0") failures++;
process.exitCode = failures === 0 ? 0 : 1;

async function ask(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(engine, [...engineOptions, ...args]);
  return stdout;
}

async function container(options: readonly string[], command: readonly string[]): Promise<string> {
  return await ask("run", ...CONFINED, ...options, image, ...command);
}

async function untilReady(): Promise<void> {
  const deadline = AbortSignal.timeout(READY_LIMIT_MS);
  while (!deadline.aborted) {
    const answer = await fetch(`http://127.0.0.1:${adminPort}/readyz`).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return;
    await delay(LOOK_EVERY_MS);
  }
  throw new Error(`it did not become ready:\n${await ask("logs", name)}`);
}

/** The image's own, run as an engine would. */
async function healthCheck(): Promise<string> {
  const [, ...command] = z
    .tuple([z.literal("CMD")])
    .rest(z.string())
    .parse(JSON.parse(await ask("inspect", "--format", "{{json .Config.Healthcheck.Test}}", name)));
  await ask("exec", name, ...command);
  return "healthy";
}

async function simulate(flow: string): Promise<string> {
  const { stdout } = await run(
    process.execPath,
    [
      "bin/flowpoint.js",
      "simulate",
      flow,
      "--json",
      "--url",
      `http://127.0.0.1:${port}`,
      "--answers",
      `handlers/${flow}/answers.json`,
    ],
    { cwd: ROOT, env: { ...process.env, ...SECRETS } },
  );
  return z.object({ outcome: z.string() }).parse(JSON.parse(stdout)).outcome;
}

function tell(what: string, found: string): void {
  process.stdout.write(`${what}: ${found.trim().replaceAll("\n", "; ")}\n`);
}
