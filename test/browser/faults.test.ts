// What a person sees on the phone, and a developer beside it, when something goes wrong on the way.

import { afterAll, beforeAll, expect, it } from "vitest";
import { parseAnswers } from "../../src/cli/simulate/scripted-person.ts";
import { requirePart } from "../parts/require-part.ts";
import { Developer } from "./developer.ts";
import { type PlayerHost, startPlayer } from "./player-page.ts";

/** As long as it takes, within the test's own time. */
const PATIENTLY = { timeout: 60_000, interval: 100 };

requirePart("chromium")("the player, with a fault switched on,", () => {
  let host: PlayerHost;

  beforeAll(async () => {
    host = await startPlayer({ EXCHANGE_DEADLINE_MS: "3000" });
  });
  afterAll(() => host.close());

  async function openPlayer(): Promise<Developer> {
    const page = await host.open({ permissions: ["clipboard-read", "clipboard-write"] });
    const user = new Developer(page);
    await user.chooseFlow("book-appointment");
    return user;
  }

  it("fetches a replaced key anew after 421, and the user notices nothing", async () => {
    const user = await openPlayer();
    await user.toggle("Wrong key");
    await user.press("Open flow");
    await user.sees("Book an appointment");

    const [second, first] = await user.exchanges();
    expect(first).toMatch(/INIT.* 421 .*sent again as #2/);
    expect(second).toMatch(/INIT.* 200 .*fits screen APPOINTMENT/);
  });

  it("lets the user try again when the signature was wrong", async () => {
    const user = await openPlayer();
    await user.toggle("Bad signature");
    await user.press("Open flow");
    await user.phone.getByRole("alertdialog", { name: "Something went wrong" }).waitFor();
    expect((await user.exchanges())[0]).toMatch(/ 432 .*the signature does not fit the body/);

    await user.toggle("Bad signature");
    await user.press("Try again");
    await user.sees("Book an appointment");
  });

  it("switches the message's button off for good when the token has expired", async () => {
    const user = await openPlayer();
    await user.toggle("Expired token");
    await user.press("Open flow");
    await user.phone.getByRole("alert").getByText(/./).waitFor();

    expect(await user.phone.getByRole("button", { name: "Open flow" }).isDisabled()).toBe(true);
    expect((await user.exchanges())[0]).toMatch(/ 427 /);

    await user.toggle("Expired token");
    await user.page.getByRole("button", { name: "New message" }).click();
    await user.press("Open flow");
    await user.sees("Book an appointment");
  });

  it("shows that it waits on a slow network, and then the screen", async () => {
    const user = await openPlayer();
    await user.toggle("Slow network");
    await user.press("Open flow");
    await user.phone.getByText("Loading").waitFor({ state: "attached" });
    await user.sees("Book an appointment");

    expect((await user.exchanges())[0]).toMatch(/ 200 /);
  });

  it("shows a failure when the handler is slow before there is a screen to fall back to", async () => {
    const user = await openPlayer();
    await user.toggle("Slow handler");
    await user.press("Open flow");
    await user.phone.getByRole("alertdialog", { name: "Something went wrong" }).waitFor();

    expect((await user.exchanges())[0]).toMatch(
      /^#1 INIT .* 500 .*Slow handler.*HANDLER_TOO_SLOW no answer within 3000 ms; no fallback is possible; make the handler faster/,
    );

    await user.toggle("Slow handler");
    await user.press("Try again");
    await user.sees("Book an appointment");
  });

  it("keeps the user on the screen, with a word about it, when the handler is slow there", async () => {
    const user = await openPlayer();
    await user.press("Open flow");
    await user.sees("Book an appointment");
    await user.toggle("Slow handler");
    await user.choose("Department", 0);
    await user.phone.getByText("This is taking longer than usual. Please try again.").waitFor();

    expect((await user.exchanges())[0]).toMatch(
      /^#2 data_exchange APPOINTMENT 200 .*fits screen APPOINTMENT.*HANDLER_TOO_SLOW/,
    );

    await user.toggle("Slow handler");
    await user.choose("Department", 1);
    await user.choose("Location", 0);
  });

  it("gives up after ten seconds without an answer, and lets the user try again", async () => {
    const user = await openPlayer();
    await user.toggle("No answer");
    await user.press("Open flow");
    await user.phone.getByRole("alertdialog").waitFor();
    expect((await user.exchanges())[0]).toContain("no answer within 10 seconds");

    await user.toggle("No answer");
    await user.press("Try again");
    await user.sees("Book an appointment");
  });

  it("lets the user try again when the connection broke", async () => {
    const user = await openPlayer();
    await user.toggle("Dropped connection");
    await user.press("Open flow");
    await user.phone.getByText("Check your connection and try again.").waitFor();
    expect((await user.exchanges())[0]).toContain("the connection was dropped");

    await user.toggle("Dropped connection");
    await user.press("Try again");
    await user.sees("Book an appointment");
  });

  it("gets one answer for the same bytes sent twice", async () => {
    const user = await openPlayer();
    await user.toggle("Sent twice");
    await user.press("Open flow");
    await user.sees("Book an appointment");
    await user.page.getByText(/answered with the same bytes/).waitFor();

    expect(await user.exchanges()).toHaveLength(2);
  });

  it("refuses a tampered answer and reports it to the endpoint", async () => {
    const user = await openPlayer();
    await user.toggle("Tampered answer");
    await user.press("Open flow");
    const failure = user.phone.getByRole("alertdialog");
    await failure.getByText("Try again later.").waitFor();
    await user.page.getByText("the report is acknowledged").waitFor();

    const [report, exchange] = await user.exchanges();
    expect(exchange).toMatch(/Tampered answer/);
    expect(exchange).toMatch(/response-decryption-error: the answer does not decrypt/);
    expect(report).toMatch(/error notification.* 200 /);
    await failure.getByRole("button", { name: "Close" }).click();
    expect(await user.phone.getByRole("button", { name: "Open flow" }).isEnabled()).toBe(true);
  });

  it("sends an exchange again, as the same bytes and encrypted anew", async () => {
    const user = await openPlayer();
    await user.press("Open flow");
    await user.sees("Book an appointment");
    await user.page.getByRole("article").getByRole("button").first().click();
    const sent = await user.page.getByRole("definition").nth(6).innerText();
    await user.page.getByRole("button", { name: "Send the same bytes again" }).click();
    await user.page.getByText("#2").waitFor();
    await user.page.getByRole("button", { name: "Send again", exact: true }).click();
    await user.page.getByText("#3").waitFor();
    await expect
      .poll(() => user.exchanges(), PATIENTLY)
      .toEqual([
        expect.stringMatching(/INIT replay.* 200 /),
        expect.stringMatching(/INIT replay.* 200 /),
        expect.stringMatching(/INIT.* 200 /),
      ]);

    expect(sent).toContain("encrypted_flow_data");
  });

  it("copies what was done as answers for simulate", async () => {
    const user = await openPlayer();
    await user.press("Open flow");
    await user.choose("Department", 1);
    await user.choose("Location", 0);
    await user.page.getByRole("button", { name: "Copy as simulate answers file" }).click();
    await user.page.getByText(/^Copied: run flowpoint simulate/).waitFor();
    const copied = await user.page.evaluate<string>("navigator.clipboard.readText()");

    expect(parseAnswers("copied", copied)).toEqual({
      APPOINTMENT: { department: expect.any(String), location: expect.any(String) },
    });
  });
});
