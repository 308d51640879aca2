// Every input operated by keyboard alone, from the screen's first to the Footer.

import { afterAll, beforeAll, expect, it } from "vitest";
import { requirePart } from "../parts/require-part.ts";
import { openFixture } from "./open-fixture.ts";
import type { PhoneUser } from "./phone-user.ts";
import { PIXEL } from "./pixel.ts";
import { type PlayerHost, startPlayer } from "./player-page.ts";

const OPTIONS = ["Apple", "Pear", "Plum"].map((title) => ({ id: title.toLowerCase(), title }));
const DAYS = { "min-date": "2026-11-02", "max-date": "2026-12-24" };
const both = (start: string, end: string): object => ({ "start-date": start, "end-date": end });

const INPUTS = [
  { type: "TextInput", name: "text", label: "Text" },
  { type: "TextArea", name: "area", label: "Area" },
  { type: "CheckboxGroup", name: "boxes", label: "Boxes", "data-source": OPTIONS },
  { type: "RadioButtonsGroup", name: "radio", label: "Radio", "data-source": OPTIONS },
  { type: "ChipsSelector", name: "chips", label: "Chips", "data-source": OPTIONS },
  { type: "Dropdown", name: "dropdown", label: "Dropdown", "data-source": OPTIONS },
  { type: "DatePicker", name: "date", label: "Date", ...DAYS },
  {
    type: "CalendarPicker",
    name: "range",
    title: "Range",
    mode: "range",
    label: both("From", "To"),
    ...DAYS,
  },
  { type: "PhotoPicker", name: "photos", label: "Photos" },
  { type: "OptIn", name: "consent", label: "Consent", required: true },
];

const flowOf = (title: string): string =>
  JSON.stringify({
    version: "7.3",
    screens: [
      {
        id: "SCREEN",
        title,
        terminal: true,
        layout: {
          type: "SingleColumnLayout",
          children: [
            ...INPUTS,
            {
              type: "Footer",
              label: "Send",
              "on-click-action": {
                name: "complete",
                payload: Object.fromEntries(INPUTS.map(({ name }) => [name, `\${form.${name}}`])),
              },
            },
          ],
        },
      },
    ],
  });

async function press({ page }: PhoneUser, keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

async function answer(user: PhoneUser): Promise<Readonly<Record<string, unknown>>> {
  await user.phone.getByText("Response sent").waitFor();
  const panel = await user.openTab("Completion");
  // The page's own JSON.
  return JSON.parse(await panel.locator("pre").innerText()) as Record<string, unknown>;
}

requirePart("chromium")("the phone's keyboard", () => {
  let host: PlayerHost;

  beforeAll(async () => {
    host = await startPlayer();
  });
  afterAll(() => host.close());

  async function open(title: string): Promise<PhoneUser> {
    const { user } = await openFixture(host, { fixture: flowOf(title) });
    await user.sees(title);
    return user;
  }

  it("operates every input, and sends", async () => {
    const user = await open("Keys");
    const { keyboard } = user.page;
    // The browser must have been told long before the key: it may open a dialog of its own otherwise.
    const choosing = user.page.waitForEvent("filechooser");

    await press(user, ["Tab"]);
    await keyboard.type("typed");
    await press(user, ["Tab"]);
    await keyboard.type("two\nlines");
    await press(user, ["Tab", "Space", "Tab", "Tab", "Space"]);
    await press(user, ["Tab", "Space", "ArrowDown"]);
    await press(user, ["Tab", "Tab", "Space", "Tab"]);
    await press(user, ["Tab", "Enter", "ArrowDown", "ArrowDown", "Enter"]);
    await press(user, ["Tab", "Enter"]);
    await user.phone.getByRole("dialog", { name: "Date" }).waitFor();
    await press(user, ["PageDown", "PageDown", "PageUp", "PageUp", "PageUp", "ArrowRight"]);
    await press(user, ["ArrowDown", "Enter"]);
    await press(user, ["Tab", "Enter"]);
    await user.phone.getByRole("dialog", { name: "Range" }).waitFor();
    await press(user, ["PageUp", "PageUp", "ArrowRight", "Enter", "ArrowRight", "Enter"]);
    await press(user, ["Tab", "Tab", "Enter"]);
    const chooser = await choosing;
    await chooser.setFiles({
      name: "pixel.png",
      mimeType: "image/png",
      buffer: Buffer.from(PIXEL, "base64"),
    });
    await user.phone.getByText("pixel.png").waitFor();
    await press(user, ["Tab", "Space", "Tab", "Enter"]);

    expect(await answer(user)).toMatchObject({
      text: "typed",
      area: "two\nlines",
      boxes: ["apple", "plum"],
      radio: "pear",
      chips: ["pear"],
      dropdown: "plum",
      date: "2026-11-10",
      range: { "start-date": "2026-11-03", "end-date": "2026-11-04" },
      consent: true,
    });
  });

  it("moves along the days as they are drawn, from right to left too", async () => {
    const user = await open("مواعيد");
    await user.phone.getByRole("button", { name: "Date" }).focus();
    await press(user, ["Enter"]);
    const dialog = user.phone.getByRole("dialog", { name: "Date" });
    await dialog.waitFor();
    await press(user, ["PageUp", "PageUp", "ArrowLeft", "ArrowLeft", "ArrowRight"]);

    expect(await dialog.locator(":focus").getAttribute("aria-label")).toContain("November 3, 2026");
  });
});
