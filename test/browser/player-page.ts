// The player as a person meets it: a real server, a real browser, its page open. A page goes with the
// test that opened it, which fails when the page complained of anything on its console.

import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { onTestFinished, vi } from "vitest";
import {
  type Environment,
  makeTemporaryFolder,
  type SpawnedServer,
  spawnServer,
} from "../helpers/spawn-server.ts";
import { PARTS } from "../parts/parts.ts";

const HANDLERS = fileURLToPath(new URL("../../handlers", import.meta.url));

// The machine's other work and the browser's first start are waited for, not judged.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** A server with the flows that ship, and a browser. */
export interface PlayerHost {
  readonly server: SpawnedServer;
  /** Inside of a test. */
  open(options?: OpenOptions): Promise<Page>;
  close(): Promise<void>;
}

export type OpenOptions = BrowserContextOptions & {
  /** Called before anything is loaded. */
  readonly prepare?: (page: Page) => Promise<void>;
};

export async function startPlayer(env: Environment = {}): Promise<PlayerHost> {
  const folder = await makeTemporaryFolder();
  const server = await spawnServer(folder.path, { HANDLERS_DIR: HANDLERS, ...env });
  const [, url = ""] = await server.waitForOutput(/player\s+(http\S+)/);
  const browser = await launchBrowser();
  return {
    server,
    open: (options) => openPlayer(browser, url, options),
    close: async () => {
      await browser.close();
      await server.stop();
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
  { prepare, ...options }: OpenOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: "en-US",
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  onTestFinished(async () => {
    await context.close();
    if (complaints.length > 0) throw new Error(`the page complained: ${complaints.join("; ")}`);
  });
  await prepare?.(page);
  await page.goto(url);
  return page;
}
