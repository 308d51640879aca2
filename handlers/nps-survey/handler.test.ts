import { openFlow, type TestFlow, type TestPhone } from "flowpoint/test";
import type { Kysely } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Tables } from "./survey-results.ts";

/** The question that comes after each rating. */
const QUESTIONS = [
  { ratings: ["9", "10"], name: "praised", label: "What did we do well?" },
  { ratings: ["7", "8"], name: "missed", label: "What would have made it a 10?" },
  {
    ratings: ["0", "1", "2", "3", "4", "5", "6"],
    name: "disappointed",
    label: "What disappointed you?",
  },
];

function questionFor(rating: string): string {
  return QUESTIONS.find(({ ratings }) => ratings.includes(rating))?.name ?? "";
}

async function answer(phone: TestPhone, rating: string, comment = ""): Promise<void> {
  await phone.open();
  await phone.choose("rating", rating);
  await phone.press("Continue");
  await phone.choose(questionFor(rating), "service");
  await phone.fill("comment", comment);
  await phone.press("Send");
}

async function survey(flow: TestFlow, ...ratings: readonly string[]): Promise<void> {
  for (const rating of ratings) {
    const phone = await flow.phone();
    await answer(phone, rating);
    await phone.deliver();
  }
}

function tablesOf({ db }: TestFlow): Kysely<Tables> {
  return db;
}

function monthsOf(flow: TestFlow) {
  return tablesOf(flow).selectFrom("months").selectAll().orderBy("month").execute();
}

describe("the survey", () => {
  let flow: TestFlow;
  beforeEach(async () => {
    flow = await openFlow(import.meta.dirname, { now: "2026-05-04T10:00:00Z" });
  });
  afterEach(() => flow.close());

  it("asks what fits the rating", async () => {
    for (const { ratings, name, label } of QUESTIONS) {
      for (const rating of ratings) {
        const phone = await flow.phone();
        await phone.open();
        await phone.choose("rating", rating);
        await phone.press("Continue");

        const asked = QUESTIONS.filter((question) => phone.shows(question.name));
        expect([rating, ...asked.map((question) => question.name)]).toEqual([rating, name]);
        expect(phone.texts).toContain(label);
      }
    }
  });

  it("stores the rating, its reasons and the comment, once", async () => {
    const phone = await flow.phone({ user: "US.ada" });
    await answer(phone, "10", "Even took the old boxes away.");

    await phone.deliver();
    await phone.deliver();

    expect(await tablesOf(flow).selectFrom("answers").selectAll().execute()).toEqual([
      {
        completion_id: expect.any(String),
        user_id: "US.ada",
        answered_at: new Date("2026-05-04T10:00:00Z"),
        rating: 10,
        reasons: ["service"],
        comment: "Even took the old boxes away.",
      },
    ]);
    expect(await monthsOf(flow)).toMatchObject([{ promoters: 1, passives: 0, detractors: 0 }]);
  });

  it("takes the reasons for the rating given last, and no comment for an answer", async () => {
    const phone = await flow.phone();
    await phone.open();
    await phone.choose("rating", "9");
    await phone.press();
    await phone.choose("praised", "Fair prices", "Good quality");
    await phone.back();
    await phone.choose("rating", "3");
    await phone.press();
    await phone.choose("disappointed", "A wrong order");
    await phone.press();

    await phone.deliver();

    expect(phone.params).toMatchObject({ rating: "3", praised: ["price", "quality"] });
    expect(await tablesOf(flow).selectFrom("answers").selectAll().execute()).toMatchObject([
      { rating: 3, reasons: ["mistake"], comment: "" },
    ]);
  });

  it("keeps the score of every month", async () => {
    flow.clock.set("2026-05-31T23:59:00Z");

    await survey(flow, "10", "9", "8", "6");
    flow.clock.advance({ minutes: 1 });
    await survey(flow, "0", "7", "6");

    expect(await monthsOf(flow)).toEqual([
      { month: "2026-05-01", promoters: 2, passives: 1, detractors: 1, score: 25 },
      { month: "2026-06-01", promoters: 0, passives: 1, detractors: 2, score: -67 },
    ]);
  });

  it("counts everybody who answers at the same moment", async () => {
    const phones = await Promise.all(Array.from({ length: 20 }, () => flow.phone()));
    await Promise.all(phones.map((phone) => answer(phone, "10")));

    await Promise.all(phones.map((phone) => phone.deliver()));

    expect(await monthsOf(flow)).toMatchObject([{ promoters: 20, score: 100 }]);
  });

  it("counts nothing that is no rating, and logs none of it", async () => {
    await flow.deliver({ rating: "11", comment: "to eleven" });
    await flow.deliver("to eleven");

    expect(await monthsOf(flow)).toEqual([]);
    expect(flow.log.map(({ level }) => level)).toEqual(["warn", "warn"]);
    expect(JSON.stringify(flow.log)).not.toContain("eleven");
  });

  it("erases a user's answers; the counts, which are nobody's, stay", async () => {
    for (const user of ["US.ada", "US.grace"]) {
      const phone = await flow.phone({ user });
      await answer(phone, "10");
      await phone.deliver();
    }

    await flow.erase("US.ada");

    const left = await tablesOf(flow).selectFrom("answers").select("user_id").execute();
    expect(left).toEqual([{ user_id: "US.grace" }]);
    expect(await monthsOf(flow)).toMatchObject([{ promoters: 2, score: 100 }]);
  });
});
