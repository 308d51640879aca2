// Makes the README's pictures: the five flows, and the inspector beside one of them. Run it by hand,
// and look at what comes of it:
//
//     node test/browser/screenshots.ts

import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { findChromium } from "../parts/find-chromium.ts";
import { PhoneUser } from "./phone-user.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const PICTURES = path.join(ROOT, "docs/screenshots");
/** Animations and fonts have come to rest by then. */
const SETTLE_MS = 600;

type Picture = {
  readonly file: string;
  readonly scheme: "light" | "dark";
  /** The phone alone, or the whole page. */
  readonly part: "phone" | "page";
  readonly act: (user: PhoneUser) => Promise<void>;
};

const pickAppointment = async (user: PhoneUser): Promise<void> => {
  await user.openFlow("book-appointment");
  for (const label of ["Department", "Location", "Date", "Time"]) await user.choose(label, 0);
};

const TAKEN: readonly Picture[] = [
  { file: "book-appointment", scheme: "light", part: "phone", act: pickAppointment },
  {
    file: "qualify-lead",
    scheme: "light",
    part: "phone",
    act: async (user) => {
      await user.openFlow("qualify-lead");
      await user.type("Your name", "Ada Lovelace");
      await user.type("Company", "Analytical Engines");
      await user.type("Work email", "ada@example.com");
      await user.press("Continue");
      await user.sees("Budget and timing");
      await user.tick("€50,000 to €150,000");
    },
  },
  {
    file: "support-ticket",
    scheme: "dark",
    part: "phone",
    act: async (user) => {
      await user.openFlow("support-ticket");
      await user.tick("damaged");
      await user.type("Order number", "10001");
    },
  },
  {
    file: "request-quote",
    scheme: "light",
    part: "phone",
    act: async (user) => {
      await user.openFlow("request-quote");
      await user.choose("Product", "T-shirt");
      await user.tick("Print on the back");
      await user.type("How many?", "100");
    },
  },
  {
    file: "nps-survey",
    scheme: "dark",
    part: "phone",
    act: async (user) => {
      await user.openFlow("nps-survey");
      await user.phone.getByRole("radio", { name: "9" }).check();
      await user.press("Continue");
      await user.sees("Tell us why");
      await user.tick("Friendly service");
      await user.tick("Fast delivery");
    },
  },
  {
    file: "inspector",
    scheme: "light",
    part: "page",
    act: async (user) => {
      await pickAppointment(user);
      const newest = user.page.getByRole("article").first();
      await newest.getByRole("button").first().click();
    },
  },
  {
    file: "routes",
    scheme: "dark",
    part: "page",
    act: async (user) => {
      await pickAppointment(user);
      await user.press("Continue");
      await user.sees("Your details");
      await user.openTab("Routes");
    },
  },
];

async function main(): Promise<void> {
  const data = await mkdtemp(path.join(tmpdir(), "flowpoint-screenshots-"));
  const server = spawn(process.execPath, [path.join(ROOT, "bin/flowpoint.js"), "serve"], {
    env: { PATH: process.env["PATH"], HOME: data, DATA_DIR: data, PORT: "0", ADMIN_PORT: "0" },
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const browser = await chromium.launch({
    executablePath: findChromium() ?? "chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  try {
    const url = await playerUrl(server.stdout);
    await mkdir(PICTURES, { recursive: true });
    for (const picture of TAKEN) {
      const options: BrowserContextOptions = {
        viewport: { width: 1400, height: 880 },
        locale: "en-GB",
        colorScheme: picture.scheme,
      };
      const page = await browser.newPage(options);
      await page.goto(url);
      await take(page, picture);
      await page.close();
    }
  } finally {
    await browser.close();
    server.kill("SIGTERM");
    await rm(data, { recursive: true, force: true });
  }
}

async function take(page: Page, { file, part, act }: Picture): Promise<void> {
  const user = new PhoneUser(page);
  await act(user);
  await page.waitForTimeout(SETTLE_MS);
  const options = { path: path.join(PICTURES, `${file}.png`), scale: "css" } as const;
  if (part === "page") await page.screenshot(options);
  else await user.phone.screenshot(options);
}

async function playerUrl(output: Readable): Promise<string> {
  let text = "";
  // The server goes on printing.
  for await (const chunk of output.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    const url = /player\s+(http\S+)/.exec(text)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error("the server ended without printing the player's URL");
}

await main();
