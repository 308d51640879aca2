// A handler that does not keep its contract fails its test, where the server would have saved the user.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openFlow, type TestFlow } from "../../src/harness/index.ts";

const DRILL = `${import.meta.dirname}/../helpers/fixture-flows/drill`;

let flow: TestFlow;
beforeAll(async () => {
  flow = await openFlow(DRILL);
});
afterAll(() => flow.close());

async function start(behave: string, note = "") {
  const phone = await flow.phone();
  await phone.open();
  await phone.fill({ behave, note });
  return phone;
}

describe("a test is told", () => {
  it("what the handler threw, and where", async () => {
    const phone = await start("throw", "a cup");

    await expect(phone.press()).rejects.toMatchObject({
      name: "HarnessError",
      code: "HANDLER_FAILED",
      message: expect.stringMatching(/^START: the handler threw: thrown over a cup/),
      cause: expect.objectContaining({ message: expect.stringContaining("thrown over a cup") }),
    });
  });

  it("what it threw on INIT", async () => {
    const phone = await flow.phone({ claims: { init: "throw" } });

    await expect(phone.open()).rejects.toThrow("INIT: the handler threw: thrown on INIT");
    expect(phone.phase).toBe("closed");
  });

  it.each([
    ["undefined", "START: the handler returned something not made by reply"],
    ["no-route", "START: shows SUMMARY, to which no route leads"],
    ["unknown-screen", "START: shows a screen that is not in flow.json"],
    ["missing-data", "DETAILS: data.count (invalid_type), data.bag (invalid_type)"],
    ["null-in-data", "DETAILS: data.title (invalid_type)"],
    ["cyclic", "the answer cannot be written as JSON"],
    ["huge", "the answer is over 1 MB"],
  ])("why an answer cannot be sent: %s", async (behave, why) => {
    const phone = await start(behave);

    await expect(phone.press()).rejects.toMatchObject({
      code: "OUTCOME_REFUSED",
      message: `START: the handler's answer cannot be sent: ${why}`,
    });
  });

  it("why what it sends itself is refused", async () => {
    const phone = await flow.phone();

    await expect(phone.exchange("START", { trigger: "size", size: "huge" })).rejects.toMatchObject({
      code: "INPUT_REFUSED",
      message:
        "START: what is sent does not fit the contract: input does not fit the screen at: size",
    });
    await expect(phone.exchange("NOWHERE", {})).rejects.toMatchObject({ code: "UNKNOWN_SCREEN" });
    await expect(phone.exchange("START", { error: "x" })).rejects.toMatchObject({
      code: "BAD_REQUEST",
      message: expect.stringContaining("reads as an error notification"),
    });
  });

  it("nothing by a phone that moved: it is as it was, and can try again", async () => {
    const phone = await start("throw");
    await expect(phone.press()).rejects.toThrow("thrown over");

    expect(phone).toMatchObject({ phase: "showing", screen: "START", snackbar: null });
    expect(phone.value("behave")).toBe("throw");

    await phone.fill("behave", "show");
    await phone.press();
    expect(phone.screen).toBe("DETAILS");
  });

  it("when an effect stays in its transaction, and when it does not happen twice", async () => {
    const phone = await start("once", "only");

    await phone.press();
    await phone.back();
    await phone.press();

    expect(await flow.db.selectFrom("effects").select("note").execute()).toEqual([
      { note: "only" },
    ]);
  });
});
