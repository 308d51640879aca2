import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestFlow } from "../../src/harness/index.ts";
import { completed, openGarage } from "./garage.ts";

let flow: TestFlow;
beforeAll(async () => {
  flow = await openGarage();
});
afterAll(() => flow.close());

/** The answers that `completed` made something of, and how often it ran for a user. */
async function thanksTo(user: string) {
  const { db } = flow;
  const thanks = await db
    .selectFrom("thanks")
    .select("answers")
    .where("user_name", "=", user)
    .execute();
  const attempts = await db
    .selectFrom("attempts")
    .where("user_name", "=", user)
    .selectAll()
    .execute();
  return {
    answers: thanks.map((row): unknown => JSON.parse(String(row["answers"]))),
    attempts: attempts.length,
  };
}

describe("answers that are delivered", () => {
  it("reach completed with the user whose phone it is, and only when they are", async () => {
    const phone = await completed(flow, "Ada", "US.ada");
    expect((await thanksTo("US.ada")).attempts).toBe(0);

    await phone.deliver();

    expect(await thanksTo("US.ada")).toEqual({ answers: [{ name: "Ada" }], attempts: 1 });
  });

  it("may come again, as the same ones", async () => {
    const phone = await completed(flow, "Bob", "US.bob");

    await phone.deliver();
    await phone.deliver();

    expect(await thanksTo("US.bob")).toEqual({ answers: [{ name: "Bob" }], attempts: 2 });
  });

  it("are others when the flow is completed again", async () => {
    const phone = await completed(flow, "Cleo", "US.cleo");
    await phone.deliver();
    await phone.open();
    await phone.choose("topic", "Repair");
    await phone.fill({ full_name: "Cleo", agree: true, part: "seat" });
    await phone.press();
    await phone.press();

    await phone.deliver();

    expect((await thanksTo("US.cleo")).answers).toHaveLength(2);
  });

  it("tell the test what completed throws, with its effects kept", async () => {
    const phone = await completed(flow, "it fails", "US.dan");

    await expect(phone.deliver()).rejects.toThrow("the printer is out of paper");
    await expect(phone.deliver()).rejects.toThrow("the printer is out of paper");

    expect(await thanksTo("US.dan")).toMatchObject({ answers: [{}], attempts: 2 });
  });

  it("may come from no phone of the test, and fit or not", async () => {
    const kinds = flow.log.length;

    await flow.deliver({ name: "Eve", flow_token: "x" }, { user: "US.eve" });
    await flow.deliver({ shoe_size: 44 }, { user: "US.eve" });
    await flow.deliver('"neither"', { user: "US.eve" });

    expect(flow.log.slice(kinds).map(({ fields }) => fields["kind"])).toEqual([
      "readable",
      "unreadable",
      "unreadable",
    ]);
    expect((await thanksTo("US.eve")).answers).toEqual([
      { name: "Eve" },
      { shoe_size: 44 },
      "neither",
    ]);
  });

  it("are erased with their user, and stay so", async () => {
    const [fay, gil] = [
      await completed(flow, "Fay", "US.fay"),
      await completed(flow, "Gil", "US.gil"),
    ];
    await fay.deliver();
    await gil.deliver();

    await flow.erase("US.fay");
    await fay.deliver();

    expect(await thanksTo("US.fay")).toEqual({ answers: [], attempts: 1 });
    expect(await thanksTo("US.gil")).toEqual({ answers: [{ name: "Gil" }], attempts: 1 });
  });
});
