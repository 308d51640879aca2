// How does it compare with what people write by following the documentation? The same requests to three servers by turns:
// this one, an endpoint that reads its PEM and unwraps the AES key on the event loop for each request, and the same
// endpoint with RSA in JavaScript. Both baselines (sample-endpoint.ts) do much less than this server does.

import { fork } from "node:child_process";
import { once } from "node:events";
import { withServer } from "./echo-server.ts";
import { createSecrets, type ServerSecrets } from "./secrets.ts";
import { type Figure, figuresFrom } from "./figure.ts";
import { prepare, sendOverNew, type Throughput } from "./loops.ts";
import { cpuSecondsOf } from "./process-usage.ts";
import { createRequestMaker } from "./requests.ts";
import { startRsaProcess } from "./rsa-process.ts";
import type { LoopDelay, SampleReady, SampleSettings } from "./sample-endpoint.ts";
import type { ServerProcess } from "./server-process.ts";
import { median, quantile } from "./statistics.ts";

const ROUNDS = 7;
const CONNECTIONS = 16;
const RSA_OPERATIONS = 500;

type Server = {
  readonly key: "flowpoint" | "sample" | "forge";
  readonly label: string;
  /** Requests in one round: what takes about two seconds. */
  readonly requests: number;
  readonly warmUp: number;
  readonly pid: number;
  readonly url: string;
  /** Of its event loop, since it was last asked. */
  readonly readDelay: () => Promise<LoopDelay>;
};

type Round = {
  readonly cpuMicros: number;
  readonly rsaMicros: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly delay: LoopDelay;
};

/** @param share of the usual number of requests */
export async function measureBaselines(
  note: (progress: string) => void,
  share = 1,
): Promise<readonly Figure[]> {
  const secrets = createSecrets();
  return withServer(secrets, {}, (flowpoint) =>
    withSample(secrets, "node", (sample) =>
      withSample(secrets, "forge", (forge) =>
        measure(secrets, [asServer(flowpoint), sample, forge], note, share),
      ),
    ),
  );
}

async function measure(
  secrets: ServerSecrets,
  servers: readonly Server[],
  note: (progress: string) => void,
  share: number,
): Promise<readonly Figure[]> {
  const make = await createRequestMaker(secrets);
  const rsa = startRsaProcess();
  try {
    const rounds = new Map(servers.map(({ key }) => [key, [] as Round[]]));
    const send = ({ url }: Server, count: number): Promise<Throughput> =>
      sendOverNew(url, CONNECTIONS, prepare(count, make.exchange));
    for (const server of servers) await send(server, server.warmUp * share);
    for (let i = 1; i <= ROUNDS; i += 1) {
      for (const server of servers) {
        const { busyMicros: rsaMicros } = await rsa.measure(RSA_OPERATIONS);
        await server.readDelay();
        const cpuSeconds = cpuSecondsOf(server.pid);
        const { perSecond, latenciesMs } = await send(server, server.requests * share);
        const cpuMicros = ((cpuSecondsOf(server.pid) - cpuSeconds) * 1e6) / latenciesMs.length;
        const [p50Ms, p99Ms] = [median(latenciesMs), quantile(latenciesMs, 0.99)];
        const delay = await server.readDelay();
        rounds.get(server.key)?.push({ cpuMicros, rsaMicros, perSecond, p50Ms, p99Ms, delay });
        note(`round ${i} of ${ROUNDS}, ${server.label}: ${cpuMicros.toFixed(0)} µs an exchange`);
      }
    }
    return servers.flatMap((server) => figuresOf(server, rounds.get(server.key) ?? []));
  } finally {
    await rsa.stop();
  }
}

function asServer(server: ServerProcess): Server {
  return {
    key: "flowpoint",
    label: "Flowpoint",
    requests: 4_000,
    warmUp: 8_000,
    pid: server.pid,
    url: server.url,
    readDelay: async () => {
      const metrics = await server.readMetrics();
      const milliseconds = (name: string): number => (metrics.get(name) ?? NaN) * 1000;
      return {
        p99Ms: milliseconds("nodejs_eventloop_lag_p99_seconds"),
        maxMs: milliseconds("nodejs_eventloop_lag_max_seconds"),
      };
    },
  };
}

const SAMPLES = {
  node: { key: "sample", label: "PEM read per request", requests: 1_000, warmUp: 1_000 },
  forge: { key: "forge", label: "RSA in JavaScript", requests: 48, warmUp: 48 },
} as const;

/** Runs `work` beside a process of the endpoint that people write. */
async function withSample<T>(
  { privateKey, appSecret }: ServerSecrets,
  rsa: keyof typeof SAMPLES,
  work: (server: Server) => Promise<T>,
): Promise<T> {
  const passphrase = "a passphrase of the benchmark";
  const cipher = "aes-256-cbc";
  const encryptedPem = privateKey
    .export({ type: "pkcs8", format: "pem", cipher, passphrase })
    .toString();
  const settings: SampleSettings = { encryptedPem, passphrase, appSecret };
  const child = fork(new URL("./sample-endpoint.ts", import.meta.url), {
    env: { ...process.env, BENCH_RSA: rsa, BENCH_SAMPLE: JSON.stringify(settings) },
  });
  const ended = once(child, "exit");
  const hear = async (): Promise<unknown> => {
    const [message] = (await Promise.race([
      once(child, "message"),
      ended.then(() => Promise.reject(new Error("the sample endpoint ended early"))),
    ])) as [unknown];
    return message;
  };
  try {
    // What sample-endpoint.ts sends.
    const { port } = (await hear()) as SampleReady;
    const { pid = NaN } = child;
    const readDelay = async (): Promise<LoopDelay> => {
      child.send("");
      return (await hear()) as LoopDelay;
    };
    return await work({ ...SAMPLES[rsa], pid, url: `http://127.0.0.1:${port}`, readDelay });
  } finally {
    if (child.connected) child.disconnect();
    await ended;
  }
}

function figuresOf({ key, label }: Server, rounds: readonly Round[]): readonly Figure[] {
  const figure = figuresFrom(rounds, `baselines.${key}`, label);
  return [
    figure("cpuRatio", "CPU of an exchange ÷ bare RSA", "×", (r) => r.cpuMicros / r.rsaMicros),
    figure("cpu", "CPU of an exchange", "µs", (r) => r.cpuMicros),
    figure("throughput", `exchanges over ${CONNECTIONS} connections`, "/s", (r) => r.perSecond),
    figure("p50", "latency then, p50", "ms", (r) => r.p50Ms),
    figure("p99", "latency then, p99", "ms", (r) => r.p99Ms),
    figure("loopDelayP99", "event loop delay then, p99", "ms", (r) => r.delay.p99Ms),
    figure("loopDelayMax", "event loop delay then, longest", "ms", (r) => r.delay.maxMs),
  ];
}
