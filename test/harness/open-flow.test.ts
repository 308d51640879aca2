import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openFlow, type TestFlow } from "../../src/harness/index.ts";
import { createDatabase } from "../helpers/database.ts";
import { makeTemporaryFolder } from "../helpers/spawn-server.ts";
import { requirePart } from "../parts/require-part.ts";
import { completed, filledIn, GARAGE, openGarage, reportOn } from "./garage.ts";

async function countParts({ db }: TestFlow): Promise<number> {
  return (await db.selectFrom("parts").selectAll().execute()).length;
}

describe("a flow that is opened for a test", () => {
  let flow: TestFlow;
  let bare: TestFlow;
  beforeAll(async () => {
    flow = await openGarage();
    bare = await openGarage({ seed: false, now: "2026-12-24T18:00:00Z", tokenPolicy: "any" });
  });
  afterAll(async () => {
    await flow.close();
    await bare.close();
  });

  it("has the handler's tables to itself, with demonstration data only on demand", async () => {
    expect([await countParts(flow), await countParts(bare)]).toEqual([3, 0]);

    await bare.seed();
    await bare.seed();
    expect(await countParts(bare)).toBe(3);
  });

  it("is at the time that the test says, until the test moves it", async () => {
    expect((await reportOn(bare)).data["first_day"]).toBe("2026-12-24");

    bare.clock.advance({ hours: 5, minutes: 59, seconds: 59 });
    expect(bare.clock.now()).toEqual(new Date("2026-12-24T23:59:59Z"));

    bare.clock.set("2026-12-31T12:00:00Z");
    bare.clock.advance({ days: 1 });
    expect((await reportOn(bare)).data["first_day"]).toBe("2027-01-01");
    expect(() => bare.clock.set("tomorrow")).toThrow(RangeError);
  });

  it("ends messages whose token is past its time, with the handler's words", async () => {
    const phone = await filledIn(flow);
    flow.clock.advance({ days: 3 });

    await phone.press();

    expect(phone).toMatchObject({ phase: "expired", expiredMessage: "This message is too old." });
  });

  it.each([null, "minted elsewhere"])(
    "takes the token %s as the server's policy does",
    async (flowToken) => {
      const refused = await flow.phone({ flowToken });
      const accepted = await bare.phone({ flowToken });

      await refused.open();
      await accepted.open();

      expect(refused.phase).toBe("expired");
      expect(accepted.screen).toBe("MENU");
    },
  );

  it("gives examples of its screens", () => {
    expect(flow.example("DONE")).toEqual({ summary: "1 photo, 3 bytes" });
    expect(flow.example("MENU")).toEqual({});
  });

  it("keeps what the handler logs", async () => {
    const phone = await completed(flow);

    await phone.deliver();

    expect(flow.log).toEqual([
      {
        level: "info",
        fields: {
          flow: "garage",
          completion: expect.any(String),
          kind: "readable",
          files: "",
        },
        message: "completed",
      },
    ]);
  });

  it("closes its handler at the end of a block, and only once", async () => {
    let closed;
    {
      await using inBlock = await openGarage();
      closed = inBlock;
    }
    await closed.close();

    expect(closed.log).toEqual([{ level: "info", fields: {}, message: "closed" }]);
  });
});

describe("a folder that the server would not load", () => {
  it("is refused with what the server says", async () => {
    const temporary = await makeTemporaryFolder();
    const broken = path.join(temporary.path, "broken");
    await mkdir(broken);
    await writeFile(path.join(broken, "flow.json"), "{}");

    await expect(openFlow(broken)).rejects.toMatchObject({
      name: "HandlerLoadError",
      message: expect.stringContaining("run: flowpoint flows generate broken"),
    });
    await expect(openFlow(path.dirname(GARAGE))).rejects.toMatchObject({
      name: "HandlerLoadError",
      message: expect.stringContaining("flow.json is missing"),
    });
    await temporary.remove();
  });
});

requirePart("postgres")("flows opened on one Postgres database", () => {
  it("are servers of the same flow", async () => {
    const databaseUrl = await createDatabase();
    await using one = await openGarage({ databaseUrl });
    await using two = await openGarage({ databaseUrl });
    const phone = await filledIn(one, "Grace");
    await phone.press();

    const again = await two.phone({ flowToken: phone.flowToken });
    const answer = await again.exchange("REPORT", { full_name: "Grace", part: "door" });

    expect(answer).toMatchObject({ kind: "screen", data: phone.data });
  });
});
