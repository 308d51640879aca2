// The player under `flowpoint dev`, with nothing in place of anything: what is saved in a flow's folder shows in the page
// that is open, and what a person had typed stays.

import { afterAll, beforeAll, expect, it } from "vitest";
import { requirePart } from "../parts/require-part.ts";
import { Developer } from "./developer.ts";
import { introduceLead, finishLead } from "./lead.ts";
import { type LivePlayerHost, startLivePlayer } from "./player-page.ts";

/** While one server takes the other's place, nobody listens for a moment, or somebody asks to come again. */
const SERVER_AWAY = /ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY_RESPONSE|503/;

requirePart("chromium")("the player under flowpoint dev", () => {
  let host: LivePlayerHost;

  beforeAll(async () => {
    host = await startLivePlayer("qualify-lead");
  });
  afterAll(() => host.close());

  it("takes over what is saved, and says where a mistake is until it is mended", async () => {
    const user = new Developer(await host.open({ expectedComplaint: SERVER_AWAY }));
    const overlay = user.page.getByRole("alert").filter({ hasText: "This must be mended first" });
    const isLive = user.page.getByText("live", { exact: true });
    await user.openFlow("qualify-lead");
    await introduceLead(user);

    await host.save("flow.json", (text) => text.replace('"Your name"', '"Your full name"'));
    await user.phone.getByLabel("Your full name").waitFor();

    expect(await user.phone.getByLabel("Your full name").inputValue()).toBe("Ada Lovelace");
    expect(await user.phone.getByLabel("Work email").inputValue()).toBe("ada@example.com");

    await host.save("flow.json", (text) => text.replace('"version":', '"version"'));
    await overlay.getByText(/qualify-lead\/flow\.json:2:\d+$/).waitFor();
    await host.save("flow.json", (text) => text.replace('"version"', '"version":'));
    await overlay.waitFor({ state: "detached" });
    await isLive.waitFor();

    await host.save("handler.ts", (text) => `const = 1;\n${text}`);
    await overlay.getByText(/qualify-lead\/handler\.ts:1(:\d+)?$/).waitFor();
    await host.save("handler.ts", (text) => text.replace("const = 1;\n", ""));
    await overlay.waitFor({ state: "detached" });
    await isLive.waitFor();

    expect(await user.phone.getByLabel("Your full name").inputValue()).toBe("Ada Lovelace");

    await finishLead(user);

    expect(await user.seesCompletion()).toContain("Ada Lovelace");
  }, 240_000);
});
