// Is a second process worth it? One process uses both cores already, since RSA runs on threads of its own; what it has
// one of is the event loop. Compared on the same machine, by turns: one process, one behind nginx, and two behind nginx.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { endWithUs } from "../test/helpers/end-with-us.ts";
import { PARTS } from "../test/parts/parts.ts";
import { withServer } from "./echo-server.ts";
import { createSecrets } from "./secrets.ts";
import { type Figure, figuresFrom } from "./figure.ts";
import { prepare, sendOverNew, type Throughput } from "./loops.ts";
import { childrenOf, cpuSecondsOf } from "./process-usage.ts";
import { createRequestMaker } from "./requests.ts";
import { findFreePort, type ServerProcess, untilReady, withFolder } from "./server-process.ts";
import { median, quantile } from "./statistics.ts";

const ROUNDS = 7;
const CONNECTIONS = 64;
const REQUESTS = 6_000;
const WARM_UP = 12_000;

type Side = {
  readonly key: "one" | "oneBehind" | "twoBehind";
  readonly label: string;
  readonly url: string;
  readonly pids: readonly number[];
};

type Round = Throughput & { readonly cpuMicros: number };

/** Without nginx nothing is measured. */
export async function measureTwoProcesses(
  note: (progress: string) => void,
  requests = REQUESTS,
): Promise<readonly Figure[]> {
  const program = PARTS.nginx.find();
  if (program === undefined) {
    note("NOT MEASURED: two processes, since this machine has no nginx");
    return [];
  }
  const secrets = createSecrets();
  const make = await createRequestMaker(secrets);
  return withServer(secrets, {}, (first) =>
    withServer(secrets, {}, (second) =>
      withNginx(program, [first], (behindOne) =>
        withNginx(program, [first, second], (behindTwo) =>
          measure(
            [
              { key: "one", label: "one process", url: first.url, pids: [first.pid] },
              {
                key: "oneBehind",
                label: "one behind nginx",
                url: behindOne.url,
                pids: [first.pid, ...behindOne.pids],
              },
              {
                key: "twoBehind",
                label: "two behind nginx",
                url: behindTwo.url,
                pids: [first.pid, second.pid, ...behindTwo.pids],
              },
            ],
            (count) => prepare(count, make.exchange),
            note,
            requests,
          ),
        ),
      ),
    ),
  );
}

async function measure(
  sides: readonly Side[],
  make: (count: number) => readonly Buffer[],
  note: (progress: string) => void,
  requests: number,
): Promise<readonly Figure[]> {
  const rounds = new Map(sides.map(({ key }) => [key, [] as Round[]]));
  for (const { url } of sides) await sendOverNew(url, CONNECTIONS, make(WARM_UP));
  for (let i = 1; i <= ROUNDS; i += 1) {
    for (const { key, label, url, pids } of sides) {
      const before = cpuOf(pids);
      const throughput = await sendOverNew(url, CONNECTIONS, make(requests));
      const cpuMicros = ((cpuOf(pids) - before) * 1e6) / requests;
      rounds.get(key)?.push({ ...throughput, cpuMicros });
      note(`round ${i} of ${ROUNDS}, ${label}: ${throughput.perSecond.toFixed(0)}/s`);
    }
  }
  return sides.flatMap((side) => figuresOf(side, rounds.get(side.key) ?? []));
}

function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);
}

type Nginx = { readonly url: string; readonly pids: readonly number[] };

/** Runs `work` with an nginx before the servers, as a balancer is set up: kept connections, no retries. */
async function withNginx<T>(
  program: string,
  servers: readonly ServerProcess[],
  work: (nginx: Nginx) => Promise<T>,
): Promise<T> {
  return withFolder(async (folder) => {
    const port = await findFreePort();
    const file = join(folder, "nginx.conf");
    await writeFile(file, configuration(folder, port, servers));
    const child = spawn(program, ["-p", folder, "-c", file], { stdio: "ignore" });
    const { pid } = child;
    if (pid === undefined) throw new Error("nginx could not be started");
    const release = endWithUs(pid);
    const url = `http://127.0.0.1:${port}`;
    try {
      await untilReady(child, url);
      return await work({ url, pids: [pid, ...childrenOf(pid)] });
    } finally {
      const closed = once(child, "close");
      if (child.exitCode === null && child.kill("SIGTERM")) await closed;
      release();
    }
  });
}

function configuration(folder: string, port: number, servers: readonly ServerProcess[]): string {
  const upstream = servers.map(({ url }) => `server ${new URL(url).host};`).join(" ");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${join(folder, kind)};`)
    .join(" ");
  return `
    daemon off;
    worker_processes 1;
    pid ${join(folder, "nginx.pid")};
    error_log ${join(folder, "error.log")};
    events { worker_connections 1024; }
    http {
      access_log off;
      ${temporary}
      keepalive_requests 1000000;
      upstream flowpoint { ${upstream} keepalive ${CONNECTIONS}; keepalive_requests 1000000; }
      server {
        listen 127.0.0.1:${port};
        location / {
          proxy_pass http://flowpoint;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_next_upstream off;
        }
      }
    }
  `;
}

function figuresOf({ key, label }: Side, rounds: readonly Round[]): readonly Figure[] {
  const figure = figuresFrom(rounds, `twoProcesses.${key}`, label);
  return [
    figure("throughput", `exchanges over ${CONNECTIONS} connections`, "/s", (r) => r.perSecond),
    figure("cpu", "CPU of an exchange, all processes", "µs", ({ cpuMicros }) => cpuMicros),
    figure("p50", "latency then, p50", "ms", ({ latenciesMs }) => median(latenciesMs)),
    figure("p99", "latency then, p99", "ms", ({ latenciesMs }) => quantile(latenciesMs, 0.99)),
  ];
}
