// A private nginx for tests: Debian's own, in a temporary folder, on a free port of loopback, gone when the test run is.
// Its site is deploy/nginx/flowpoint.conf as it is, but for what belongs to a place (where it listens, its name and
// certificate, and where the servers are), or one of a test's own making.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { PARTS } from "../parts/parts.ts";
import { endWithUs, removeWithUs } from "./end-with-us.ts";
import { freePort } from "./free-port.ts";

const EXAMPLE = fileURLToPath(new URL("../../deploy/nginx/flowpoint.conf", import.meta.url));
const START_LIMIT_MS = 20_000;

export interface NginxSite {
  readonly url: string;
  /** Its error log so far. */
  readonly errors: () => string;
  stop(): Promise<void>;
}

export interface Nginx extends NginxSite {
  /** Puts other servers behind it, without an interruption. */
  setServers(servers: readonly string[]): Promise<void>;
}

/** @param servers  `host:port` of each instance */
export async function startNginx(servers: readonly string[]): Promise<Nginx> {
  const { reload, ...nginx } = await launch(({ port }) => exampleSite(port, servers));
  return {
    ...nginx,
    setServers: (others) => reload(({ port }) => exampleSite(port, others)),
  };
}

/**
 * @param locations  what the server block holds
 * @param pages      files below its root, by name
 */
export async function startNginxSite(
  locations: string,
  pages: Readonly<Record<string, string>> = {},
): Promise<NginxSite> {
  const { reload: _, ...nginx } = await launch(
    ({ port, root }) => `server {
listen 127.0.0.1:${port};
root ${root};
client_max_body_size 4m;
${locations}
}`,
    pages,
  );
  return nginx;
}

type Place = { readonly port: number; readonly root: string };

/** @param describeSite  what the http block holds */
async function launch(
  describeSite: (place: Place) => string,
  pages: Readonly<Record<string, string>> = {},
): Promise<
  NginxSite & { readonly reload: (describeOther: (place: Place) => string) => Promise<void> }
> {
  const program = PARTS.nginx.find();
  if (program === undefined) throw new Error("no nginx found: ask with requirePart first");
  const folder = await mkdtemp(join(tmpdir(), "flowpoint-nginx-"));
  const unwatch = removeWithUs(folder);
  const place = { port: await freePort(), root: join(folder, "pages") };
  await Promise.all([mkdir(join(folder, "temp")), mkdir(place.root)]);
  for (const [name, text] of Object.entries(pages)) await writeFile(join(place.root, name), text);
  const config = join(folder, "nginx.conf");
  await writeFile(config, wrap(folder, describeSite(place)));

  const child = spawn(program, ["-c", config, "-p", folder, "-e", "stderr"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (child.pid === undefined) throw new Error("nginx could not be started");
  const release = endWithUs(child.pid, "TERM");
  const gone = once(child, "close").finally(release);
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    errors += chunk;
  });
  const url = `http://127.0.0.1:${place.port}`;
  await untilAnswers(url, () => errors);
  return {
    url,
    errors: () => errors,
    reload: async (describeOther) => {
      await writeFile(config, wrap(folder, describeOther(place)));
      child.kill("SIGHUP");
    },
    stop: async () => {
      child.kill("SIGTERM");
      await gone;
      await rm(folder, { recursive: true, force: true });
      unwatch();
    },
  };
}

/** @throws Error where the example no longer has what is replaced */
function exampleSite(port: number, servers: readonly string[]): string {
  let text = readFileSync(EXAMPLE, "utf8");
  const replace = (pattern: RegExp, by: string): void => {
    if (!pattern.test(text)) throw new Error(`the example no longer has ${pattern}`);
    text = text.replace(pattern, by);
  };
  replace(/listen 443 ssl http2;/, `listen 127.0.0.1:${port};`);
  replace(/^ *ssl_certificate \S+\n *ssl_certificate_key \S+\n *ssl_protocols .*\n/m, "");
  replace(
    /server 127\.0\.0\.1:3000 (.*);/,
    servers.map((server) => `server ${server} $1;`).join("\n  "),
  );
  // A proxy that compresses what it can is the common default, which the example has to hold out against.
  return `gzip on;\ngzip_types text/plain;\n${text}`;
}

/** What Debian's own nginx.conf would be around it. */
function wrap(folder: string, site: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/temp/${name};`)
    .join("\n");
  return `daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
${process.getuid?.() === 0 ? "user root;" : ""}
events { worker_connections 1024; }
http {
access_log off;
${temporary}
${site}
}
`;
}

async function untilAnswers(url: string, lastWords: () => string): Promise<void> {
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  while (!limit.aborted) {
    const response = await fetch(url).catch(() => null);
    await response?.arrayBuffer();
    if (response !== null) return;
    await delay(20);
  }
  throw new Error(`nginx did not answer:\n${lastWords()}`);
}
