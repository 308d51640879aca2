// A private nginx with a site of the test's own making, on a free port of loopback, gone when the test run is.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { endWithUs, removeWithUs } from "../helpers/end-with-us.ts";
import { freePort } from "../helpers/free-port.ts";
import { PARTS } from "../parts/parts.ts";

const START_LIMIT_MS = 20_000;

export interface NginxSite {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * @param locations  what the server block holds
 * @param pages      files below its root, by name
 */
export async function startNginxSite(
  locations: string,
  pages: Readonly<Record<string, string>> = {},
): Promise<NginxSite> {
  const program = PARTS.nginx.find();
  if (program === undefined) throw new Error("no nginx found: ask with requirePart first");
  const folder = await mkdtemp(path.join(tmpdir(), "flowpoint-nginx-"));
  const unwatch = removeWithUs(folder);
  await Promise.all([mkdir(path.join(folder, "temp")), mkdir(path.join(folder, "pages"))]);
  for (const [name, text] of Object.entries(pages)) {
    await writeFile(path.join(folder, "pages", name), text);
  }
  const port = await freePort();
  const config = path.join(folder, "nginx.conf");
  await writeFile(config, configure(folder, port, locations));

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
  const url = `http://127.0.0.1:${port}`;
  await untilAnswers(url, () => errors);
  return {
    url,
    stop: async () => {
      child.kill("SIGTERM");
      await gone;
      await rm(folder, { recursive: true, force: true });
      unwatch();
    },
  };
}

function configure(folder: string, port: number, locations: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/temp/${name};`)
    .join("\n");
  return `daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
${process.getuid?.() === 0 ? "user root;" : ""}
events { worker_connections 256; }
http {
access_log off;
${temporary}
server {
listen 127.0.0.1:${port};
root ${folder}/pages;
client_max_body_size 4m;
${locations}
}
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
