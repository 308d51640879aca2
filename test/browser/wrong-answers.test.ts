// A handler that answers what its flow forbids: nothing of it gets out of the server, the user stays on the screen, and
// the developer reads beside the phone what was wrong with it.

import { afterAll, beforeAll, expect, it } from "vitest";
import { FIXTURE_FLOWS } from "../helpers/spawn-server.ts";
import { requirePart } from "../parts/require-part.ts";
import { Developer } from "./developer.ts";
import { type PlayerHost, startPlayer } from "./player-page.ts";

async function submit(user: Developer, behaviour: string): Promise<void> {
  await user.type("Behave", behaviour);
  await user.press("Next");
}

requirePart("chromium")("the player of a handler that answers wrongly", () => {
  let host: PlayerHost;

  beforeAll(async () => {
    host = await startPlayer({ HANDLERS_DIR: FIXTURE_FLOWS });
  });
  afterAll(() => host.close());

  async function openDrill(): Promise<Developer> {
    const user = new Developer(await host.open());
    await user.openFlow("drill");
    await user.sees("Start");
    return user;
  }

  it.each([
    ["unknown-screen", "OUTCOME_REFUSED START: shows a screen that is not in flow.json;"],
    ["no-route", "OUTCOME_REFUSED START: shows SUMMARY, to which no route leads;"],
    ["missing-data", "OUTCOME_REFUSED DETAILS: data.count (invalid_type)"],
  ])("says of %s what is wrong with the answer, and keeps its user", async (behaviour, cause) => {
    const user = await openDrill();
    await submit(user, behaviour);
    await user.phone.getByText("Something went wrong. Please try again.").waitFor();

    const [newest] = await user.exchanges();
    expect(newest).toMatch(/^#2 data_exchange START 200 .*fits screen START/);
    expect(newest).toContain(cause);
    expect(newest).toContain("make the handler's answer fit the screen and path named in the log");
    expect(await user.phone.getByLabel("Behave").inputValue()).toBe(behaviour);
  });

  it("says where a handler threw", async () => {
    const user = await openDrill();
    await submit(user, "throw");
    await user.phone.getByText("Something went wrong. Please try again.").waitFor();

    expect((await user.exchanges())[0]).toMatch(
      /HANDLER_FAILED Error at .*drill\/handler\.ts:\d+:\d+/,
    );
  });

  it("shows what a phone does where such an answer reaches it", async () => {
    const user = await openDrill();
    await user.toggle("Unknown screen");
    await submit(user, "show");
    const failure = user.phone.getByRole("alertdialog", { name: "Something went wrong" });
    await failure.getByText("Try again later.").waitFor();
    await user.page.getByText("the report is acknowledged").waitFor();

    const [report, exchange] = await user.exchanges();
    expect(exchange).toContain(
      "invalid-screen-transition: NO_SUCH_SCREEN is no key of the routing model",
    );
    expect(report).toMatch(
      /^#3 error notification START 200 .*invalid-screen-transition WhatsApp could not use an answer of this flow/,
    );

    await user.toggle("Unknown screen");
    await failure.getByRole("button", { name: "OK" }).click();
    await user.press("Next");
    await user.sees("Details");
  });
});
