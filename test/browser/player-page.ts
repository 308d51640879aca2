// The player as a person meets it: a real server, a real browser, its page open. A page goes with the
// test that opened it, which fails when the page complained of anything on its console.

import { cp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { onTestFinished, vi } from "vitest";
import { freePort } from "../helpers/free-port.ts";
import {
  type Environment,
  makeTemporaryFolder,
  type Running,
  serverEnvironment,
  spawnServer,
  start,
} from "../helpers/spawn-server.ts";
import { PARTS } from "../parts/parts.ts";

const HANDLERS = fileURLToPath(new URL("../../handlers", import.meta.url));

// The machine's other work and the browser's first start are waited for, not judged.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** A server, and a browser. */
export interface PlayerHost {
  /** Inside of a test. */
  open(options?: OpenOptions): Promise<Page>;
  close(): Promise<void>;
}

export type OpenOptions = BrowserContextOptions & {
  /** Called before anything is loaded. */
  readonly prepare?: (page: Page) => Promise<void>;
  /** What the page may complain of; default: nothing. */
  readonly expectedComplaint?: RegExp;
};

/** Whose files may be changed while the page is open. */
export interface LivePlayerHost extends PlayerHost {
  /** Saves a file of the flow's folder. */
  save(file: string, change: (text: string) => string): Promise<void>;
}

/** A handler's time is the longest that there is: a busy machine is not to be taken for a slow handler. */
const PATIENT: Environment = { EXCHANGE_DEADLINE_MS: "9000" };

/** With the flows that ship. */
export async function startPlayer(env: Environment = {}): Promise<PlayerHost> {
  const folder = await makeTemporaryFolder();
  const server = await spawnServer(folder.path, { HANDLERS_DIR: HANDLERS, ...PATIENT, ...env });
  return hostPlayer(server, folder);
}

/** `flowpoint dev` on a copy of one flow that ships. */
export async function startLivePlayer(flow: string): Promise<LivePlayerHost> {
  const folder = await makeTemporaryFolder();
  const handlersDir = path.join(folder.path, "handlers");
  const copy = path.join(handlersDir, flow);
  await cp(path.join(HANDLERS, flow), copy, { recursive: true });
  // A port of its own choice would be another one after every change.
  const env = { HANDLERS_DIR: handlersDir, PORT: String(await freePort()), ...PATIENT };
  const dev = start(["dev"], serverEnvironment(path.join(folder.path, "data"), env));
  return {
    ...(await hostPlayer(dev, folder)),
    save: async (file, change) => {
      const name = path.join(copy, file);
      await writeFile(name, change(await readFile(name, "utf8")));
    },
  };
}

async function hostPlayer(
  server: Running,
  folder: Awaited<ReturnType<typeof makeTemporaryFolder>>,
): Promise<PlayerHost> {
  const [, url = ""] = await server.waitForOutput(/player\s+(http\S+)/);
  const browser = await launchBrowser();
  return {
    open: (options) => openPlayer(browser, url, options),
    close: async () => {
      await browser.close();
      server.signal("SIGTERM");
      await server.exited;
      await folder.remove();
    },
  };
}

function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: PARTS.chromium.find() ?? "chromium",
    // Containers have neither a user to give up rights to nor much shared memory.
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
}

async function openPlayer(
  browser: Browser,
  url: string,
  { prepare, expectedComplaint, ...options }: OpenOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: "en-US",
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  onTestFinished(async ({ task }) => {
    if (task.result?.state === "fail") await tellOf(page);
    await context.close();
    const unexpected = complaints.filter((text) => expectedComplaint?.test(text) !== true);
    if (unexpected.length > 0) throw new Error(`the page complained: ${unexpected.join("; ")}`);
  });
  await prepare?.(page);
  await page.goto(url);
  return page;
}

/** What was to be seen when a test failed. */
async function tellOf(page: Page): Promise<void> {
  process.stderr.write(`the page said:\n${await page.locator("body").innerText()}\n`);
}
