// What a test is told when it asks for something that is not on the phone.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestFlow, TestPhone } from "../../src/harness/index.ts";
import { completed, openGarage, reportOn } from "./garage.ts";

let flow: TestFlow;
beforeAll(async () => {
  flow = await openGarage();
});
afterAll(() => flow.close());

type Refused = {
  readonly what: string;
  readonly act: (phone: TestPhone) => Promise<unknown>;
  readonly code: string;
  readonly tells: string;
};

const SHOWN = "full_name, part, signs, day, away, photos, agree";

const REFUSED: readonly Refused[] = [
  {
    what: "an input that the screen does not have",
    act: (phone) => phone.fill("full_nam", "Ada"),
    code: "NO_SUCH_COMPONENT",
    tells: `no component called full_nam on REPORT; it has: ${SHOWN}`,
  },
  {
    what: "an input that is hidden",
    act: (phone) => phone.fill("colour", "red"),
    code: "NO_SUCH_COMPONENT",
    tells: `colour is not shown on REPORT now; it has: ${SHOWN}`,
  },
  {
    what: "the value of an input that is not there",
    act: async (phone) => phone.value("fullname"),
    code: "NO_SUCH_COMPONENT",
    tells: `no component called fullname on REPORT; it has: ${SHOWN}`,
  },
  {
    what: "an option that is not offered",
    act: (phone) => phone.choose("part", "Wheel"),
    code: "WRONG_VALUE",
    tells: 'part offers no "Wheel"; it offers: Door (door), Seat (seat)',
  },
  {
    what: "an option that is disabled",
    act: (phone) => phone.choose("part", "Roof"),
    code: "WRONG_VALUE",
    tells: 'part has disabled "Roof"; it offers: Door (door), Seat (seat)',
  },
  {
    what: "an option's title where its id is wanted",
    act: (phone) => phone.fill("part", "Door"),
    code: "WRONG_VALUE",
    tells:
      "REPORT: Dropdown part takes the id of an option that is offered and enabled; it offers: door, seat",
  },
  {
    what: "a number for a tick",
    act: (phone) => phone.fill("agree", 1),
    code: "WRONG_VALUE",
    tells: "REPORT: OptIn agree takes true or false",
  },
  {
    what: "a date that cannot be picked",
    act: (phone) => phone.pickDate("day", "2026-05-03"),
    code: "WRONG_VALUE",
    tells: "REPORT: DatePicker day takes a date that can be picked; min-date is 2026-05-04",
  },
  {
    what: "the Footer before it is time",
    act: (phone) => phone.press(),
    code: "DISABLED",
    tells: '"Send" on REPORT waits for: full_name (missing), part (missing), agree (missing)',
  },
  {
    what: "a link that is not there",
    act: (phone) => phone.press("Price"),
    code: "NO_SUCH_COMPONENT",
    tells: 'nothing on REPORT says "Price"; to be pressed: Read more, Prices, Send',
  },
  {
    what: "answers before the end",
    act: (phone) => phone.deliver(),
    code: "NOT_COMPLETED",
    tells: "no answers to deliver: the phone shows REPORT",
  },
];

describe("a phone of a test refuses, and says what there is:", () => {
  it.each(REFUSED)("$what", async ({ act, code, tells }) => {
    const phone = await reportOn(flow);

    await expect(act(phone)).rejects.toMatchObject({ name: "HarnessError", code, message: tells });
    expect(phone.screen).toBe("REPORT");
  });

  it("a Footer on a screen without one", async () => {
    const phone = await reportOn(flow);
    await phone.press("Read more");

    await expect(phone.press()).rejects.toThrow("TERMS has no Footer; to be pressed: nothing");
  });

  it("an item of a list that is disabled", async () => {
    const phone = await flow.phone();
    await phone.open();

    await expect(phone.choose("topic", "Tyres")).rejects.toThrow(
      'topic has disabled "Tyres"; it offers: Repair (repair)',
    );
  });

  it("anything while no screen is shown", async () => {
    const phone = await flow.phone();
    const done = await completed(flow);

    for (const act of [phone.press(), phone.fill("full_name", "Ada"), phone.back()]) {
      await expect(act).rejects.toMatchObject({ code: "NOT_SHOWING" });
    }
    await expect(phone.press()).rejects.toThrow(
      "the flow is not open on this phone; open it first",
    );
    await expect(done.press()).rejects.toThrow(
      "the flow is completed on this phone; open it first",
    );
    await expect(phone.deliver()).rejects.toThrow("no answers to deliver: the phone is closed");
  });

  it("an act while another waits for its answer", async () => {
    const phone = await flow.phone();
    const opening = phone.open();

    await expect(phone.open()).rejects.toThrow(
      "the phone waits for an answer; await the act before",
    );
    await opening;
    expect(phone.screen).toBe("MENU");
  });

  it("a message whose data do not fit its screen", async () => {
    const phone = await flow.phone();

    await expect(phone.open({ screen: "DONE" })).rejects.toMatchObject({
      code: "DATA_REFUSED",
      message:
        'DONE: data.summary is missing; open it with { data }, for instance flow.example("DONE")',
    });
    await expect(phone.open({ screen: "NOWHERE" })).rejects.toMatchObject({
      code: "NO_SUCH_SCREEN",
      message: "NOWHERE is not in flow.json",
    });
    expect(phone.phase).toBe("closed");
  });

  it("an example of a screen that is not there", () => {
    expect(() => flow.example("RAPPORT")).toThrow(
      "no screen RAPPORT in flow.json; it has: MENU, REPORT, TERMS, DONE",
    );
  });
});
