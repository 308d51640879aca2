// Every component of Flow JSON drawn and operated in a real browser, under the real server's rules for
// its page.

import { afterAll, beforeAll, expect, it } from "vitest";
import { decryptMedia, parseMediaUpload } from "../../src/protocol/media.ts";
import { requirePart } from "../parts/require-part.ts";
import { EVERY_COMPONENT } from "./every-component.ts";
import { openFixture } from "./open-fixture.ts";
import type { PhoneUser } from "./phone-user.ts";
import { PIXEL } from "./pixel.ts";
import { type PlayerHost, startPlayer } from "./player-page.ts";
import type { StubbedApi } from "./stubbed-api.ts";

requirePart("chromium")("the phone", () => {
  let host: PlayerHost;

  beforeAll(async () => {
    host = await startPlayer();
  });
  afterAll(() => host.close());

  it("draws and operates every component", async () => {
    const { user, api } = await openFixture(host, { fixture: EVERY_COMPONENT });
    const { phone, page } = user;

    await user.press("Texts");
    await user.sees("Screen TEXTS");
    expect(await phone.getByRole("heading", { name: "A heading" }).count()).toBe(1);
    expect(await phone.locator("em").innerText()).toBe("slanted");
    expect(await phone.getByRole("img", { name: "one pixel" }).isVisible()).toBe(true);
    await user.press("Next picture");
    expect(await phone.getByText("2 / 2").isVisible()).toBe(true);
    const [opened] = await Promise.all([page.waitForEvent("popup"), user.press("A link")]);
    await opened.close();
    expect(await phone.getByText("right").isVisible()).toBe(true);

    await phone.getByRole("button", { name: "Next", exact: true }).click();
    await user.sees("Screen RICH");
    expect(await phone.locator(".wa-screen strong").innerText()).toBe("bold");
    expect(await phone.getByRole("listitem").allInnerTexts()).toEqual(["apple", "pear"]);
    expect(await phone.getByRole("cell").allInnerTexts()).toEqual(["1", "2"]);
    expect(await phone.getByRole("link").getAttribute("href")).toBe("https://example.com/");

    await user.press("Next");
    await user.type("A text", "words");
    await user.type("A number", "1.5");
    await user.type("A email", "not an address");
    await user.type("A password", "secret");
    expect(await phone.getByText("Enter a valid email address").isVisible()).toBe(true);
    expect(await phone.getByRole("button", { name: "Next" }).isDisabled()).toBe(true);
    await phone.getByLabel("A email").fill("a@example.com");
    await user.type("A passcode", "1234");
    await user.type("A phone", "+44 20");
    await user.type("An area", "some lines");
    expect(await phone.getByText("10/20").isVisible()).toBe(true);

    await user.press("Next");
    await phone.getByRole("checkbox", { name: "One" }).check();
    expect(await phone.getByText("Choose at least 2").isVisible()).toBe(true);
    await phone.getByRole("checkbox", { name: "Two" }).check();
    expect(await phone.getByText("Not two").isVisible()).toBe(true);
    await phone.getByRole("radio", { name: "Two" }).check();
    expect(await phone.getByText("Two it is").isVisible()).toBe(true);
    expect(await phone.getByRole("radio", { name: "Three" }).isDisabled()).toBe(true);
    await user.choose("A dropdown", "One");
    expect(await phone.getByText("Case one").isVisible()).toBe(true);
    await phone.getByRole("checkbox", { name: "Blue" }).check();
    await phone.getByRole("checkbox", { name: "I agree" }).check();

    await user.press("Next");
    await user.press("A date");
    const taken = phone.getByRole("button", { name: "Friday, March 5, 2027" });
    expect(await taken.getAttribute("aria-disabled")).toBe("true");
    await phone.getByRole("button", { name: "Saturday, March 6, 2027" }).click();
    await user.press("A day");
    await phone.getByRole("grid").waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await phone.getByRole("button", { name: "From" }).click();
    await phone.getByRole("button", { name: "Wednesday, March 10, 2027" }).click();
    const tooSoon = phone.getByRole("button", { name: "Thursday, March 11, 2027" });
    expect(await tooSoon.getAttribute("aria-disabled")).toBe("true");
    await phone.getByRole("button", { name: "Saturday, March 13, 2027" }).click();

    await user.press("Next");
    await user.sees("Screen PHOTOS");
    const photos = phone.getByLabel("Add photos");
    await photos.setInputFiles({
      name: "big.png",
      mimeType: "image/png",
      buffer: Buffer.alloc(20_000),
    });
    expect(await phone.getByText("A file may have 10 kB at most").isVisible()).toBe(true);
    const pixel = Buffer.from(PIXEL, "base64");
    await photos.setInputFiles({ name: "pixel.png", mimeType: "image/png", buffer: pixel });
    await phone.getByRole("button", { name: "Remove pixel.png" }).waitFor();
    expect(await uploadedFiles(user, api)).toEqual([pixel]);

    await user.press("Next");
    await phone
      .getByLabel("Add documents")
      .setInputFiles({ name: "a.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF") });
    await phone.getByRole("button", { name: "Remove a.pdf" }).waitFor();
    await user.press("Finish");
    await phone.getByText("Response sent").waitFor();

    const [completion] = api.delivered;
    expect(JSON.parse(completion?.responseJson ?? "{}")).toEqual({
      list: "texts",
      text: "words",
      number: "1.5",
      email: "a@example.com",
      password: "secret",
      passcode: "1234",
      phone: "+44 20",
      area: "some lines",
      boxes: ["one", "two"],
      radio: "two",
      dropdown: "one",
      chips: ["blue"],
      opt_in: true,
      date: "2027-03-06",
      day: "2027-03-08",
      range: { "start-date": "2027-03-10", "end-date": "2027-03-13" },
      photos: [
        {
          id: expect.any(String),
          file_name: "pixel.png",
          mime_type: "image/png",
          sha256: expect.any(String),
        },
      ],
      documents: [
        {
          id: expect.any(String),
          file_name: "a.pdf",
          mime_type: "application/pdf",
          sha256: expect.any(String),
        },
      ],
      flow_token: "token",
    });
    await user.press("View response");
    expect(await phone.getByText("a@example.com").isVisible()).toBe(true);
    expect(await phone.getByText("secret").count()).toBe(0);
  });
});

/** Opened as an endpoint opens them, with the keys that the phone's state holds. */
async function uploadedFiles({ page }: PhoneUser, { uploads }: StubbedApi): Promise<Buffer[]> {
  await page.getByRole("tab", { name: "State" }).click();
  const form = await page.getByRole("tabpanel").locator("pre").first().innerText();
  const { photos } = JSON.parse(form) as { readonly photos: readonly unknown[] };
  return photos.map((photo) => {
    const { cdnUrl, encryption } = parseMediaUpload(photo);
    return decryptMedia(uploads.get(cdnUrl) ?? Buffer.alloc(0), encryption);
  });
}
