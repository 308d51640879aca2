// Makes the README's pictures: the five flows, and the inspector beside one of them. Run it by hand,
// and look at what comes of it:
//
//     node test/browser/screenshots.ts

import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";
import { ROOT, withPlayer } from "./by-hand.ts";
import { introduceLead } from "./lead.ts";
import { PhoneUser } from "./phone-user.ts";

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
      await introduceLead(user);
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
  await mkdir(PICTURES, { recursive: true });
  await withPlayer(async ({ browser, url }) => {
    for (const picture of TAKEN) {
      const page = await browser.newPage({
        viewport: { width: 1400, height: 880 },
        locale: "en-GB",
        colorScheme: picture.scheme,
      });
      await page.goto(url);
      await take(page, picture);
      await page.close();
    }
  });
}

async function take(page: Page, { file, part, act }: Picture): Promise<void> {
  const user = new PhoneUser(page);
  await act(user);
  await page.waitForTimeout(SETTLE_MS);
  const options = { path: path.join(PICTURES, `${file}.png`), scale: "css" } as const;
  if (part === "page") await page.screenshot(options);
  else await user.phone.screenshot(options);
}

await main();
