import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestFlow } from "../../src/harness/index.ts";
import { completed, filledIn, openGarage, reportOn } from "./garage.ts";

let flow: TestFlow;
beforeAll(async () => {
  flow = await openGarage();
});
afterAll(() => flow.close());

describe("a phone of a test", () => {
  it("shows what the handler answers to the claims in its token", async () => {
    const phone = await reportOn(flow);

    expect(phone.screen).toBe("REPORT");
    expect(phone.data).toMatchObject({ greeting: "Hello Ada, this is Joe's", name_error: "" });
    expect(phone.texts).toEqual([
      "What is broken?",
      "Hello Ada, this is Joe's",
      "Name",
      "Part",
      "Door",
      "Roof",
      "Seat",
      "Signs",
      "Noise",
      "Smell",
      "Day",
      "From",
      "To",
      "Photos",
      "I agree",
      "Prices",
      "Send",
    ]);
  });

  it("is closed until it is opened", async () => {
    const phone = await flow.phone();

    expect(phone).toMatchObject({ phase: "closed", screen: null, data: {}, texts: [] });
  });

  it("fills several inputs at once, and clears one", async () => {
    const phone = await reportOn(flow);

    await phone.fill({ full_name: "Ada", agree: true });
    expect([phone.value("full_name"), phone.value("agree")]).toEqual(["Ada", true]);

    await phone.fill("full_name", null);
    expect(phone.value("full_name")).toBeNull();
  });

  it("chooses by title or id, one or several", async () => {
    const phone = await reportOn(flow);

    await phone.choose("part", "Seat");
    await phone.choose("signs", "Noise", "smell");

    expect([phone.value("part"), phone.value("signs")]).toEqual(["seat", ["noise", "smell"]]);
    expect(phone.options("part")).toMatchObject([
      { id: "door", enabled: true },
      { id: "roof", enabled: false },
      { id: "seat", enabled: true },
    ]);
  });

  it("shows an input once the flow does", async () => {
    const phone = await reportOn(flow);

    expect(phone.shows("colour")).toBe(false);
    await phone.choose("part", "Door");
    expect(phone.shows("colour")).toBe(true);
  });

  it("picks a date, and the first and last of a range", async () => {
    const phone = await reportOn(flow);

    await phone.pickDate("day", "2026-05-05");
    await phone.pickDate("away", "2026-05-06", "2026-05-08");

    expect(phone.value("day")).toBe("2026-05-05");
    expect(phone.value("away")).toEqual({ "start-date": "2026-05-06", "end-date": "2026-05-08" });
  });

  it("can continue once everything required is there", async () => {
    const phone = await reportOn(flow);

    expect(phone.canContinue).toBe(false);
    await phone.fill({ full_name: "Ada", agree: true, part: "door" });
    expect(phone.canContinue).toBe(true);
  });

  it("follows links: to a page, and to the text behind an OptIn and back", async () => {
    const phone = await reportOn(flow);

    await phone.press("Prices");
    expect([phone.screen, phone.openedUrl]).toEqual(["REPORT", "https://example.com/prices"]);

    await phone.press("Read more");
    expect(phone.texts).toContain("Pay within a week.");

    await phone.back();
    expect(phone.screen).toBe("REPORT");
  });

  it("asks the endpoint where the screen says so when it goes back, and leaves from the first", async () => {
    const phone = await reportOn(flow);

    await phone.back();
    expect(phone).toMatchObject({ phase: "showing", screen: "MENU" });

    await phone.back();
    expect(phone.phase).toBe("closed");
  });

  it("shows an error at its field until that is edited", async () => {
    const phone = await filledIn(flow, "Nobody");

    await phone.press("Send");
    expect([phone.screen, phone.error("full_name")]).toEqual(["REPORT", "Your own name, please"]);

    await phone.fill("full_name", "Somebody");
    expect(phone.error("full_name")).toBeNull();
  });

  it("shows a rejection over the screen", async () => {
    const phone = await filledIn(flow, "Bore");

    await phone.press("Send");

    expect(phone).toMatchObject({ screen: "REPORT", snackbar: "We are closed." });
    expect(phone.data).toMatchObject({ greeting: "Hello again, this is Joe's" });
  });

  it("ends for good when the handler expires it", async () => {
    const phone = await filledIn(flow, "Banned");

    await phone.press("Send");

    expect(phone).toMatchObject({
      phase: "expired",
      expiredMessage: "You have been here before.",
      params: null,
    });
  });

  it("completes with what the chat receives", async () => {
    const phone = await completed(flow);

    expect(phone.phase).toBe("completed");
    expect(phone.params).toEqual({ name: "Ada" });
    expect(phone.expiredMessage).toBeNull();
  });

  it("starts anew when it is opened again", async () => {
    const phone = await completed(flow);

    await phone.open();
    expect(phone).toMatchObject({ phase: "showing", screen: "MENU", params: null });

    await phone.choose("topic", "repair");
    expect(phone.value("full_name")).toBeNull();
  });

  it("opens where its message says, without asking the endpoint", async () => {
    const phone = await flow.phone();

    await phone.open({ screen: "REPORT", data: flow.example("REPORT") });

    expect(phone.screen).toBe("REPORT");
    expect(phone.texts).toContain("Hello Ada");
  });

  it("is another user's each time, and shares nothing with another phone", async () => {
    const [one, two] = [await filledIn(flow), await reportOn(flow)];

    expect(one.user).not.toBe(two.user);
    expect(one.flowToken).not.toBe(two.flowToken);
    expect(two.value("full_name")).toBeNull();
  });

  it("may hold the message of another, and meets what was done with that", async () => {
    const first = await completed(flow, "Grace");
    const second = await flow.phone({ flowToken: first.flowToken });
    await second.open();
    await second.choose("topic", "Repair");
    await second.fill({ full_name: "Grace", part: "door", agree: true });

    await second.press("Send");

    expect(second.data).toEqual(first.data);
  });

  it("sends past the screens what a modified client can, and stays where it was", async () => {
    const phone = await flow.phone();
    const payload = { full_name: "Mallory", part: "anything at all" };

    const shown = await phone.exchange("REPORT", payload);
    const rejected = await phone.exchange("REPORT", { ...payload, full_name: "Bore" });
    const expired = await phone.exchange("REPORT", { ...payload, full_name: "Banned" });

    expect(shown).toMatchObject({ kind: "screen", screen: "DONE", errorMessage: null });
    expect(rejected).toMatchObject({ kind: "screen", errorMessage: "We are closed." });
    expect(expired).toEqual({ kind: "expired", message: "You have been here before." });
    expect(phone.screen).toBeNull();
  });
});
