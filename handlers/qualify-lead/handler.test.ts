import { openFlow, type TestFlow, type TestPhone } from "flowpoint/test";
import type { Kysely } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Tables } from "./leads.ts";

const CONTACT = {
  name: "Ada Lovelace",
  company: "Analytical Engines Ltd",
  email: "ada@example.com",
};

const REQUIREMENTS = "Our fitters should see their jobs for the day on a phone.";

async function answer(phone: TestPhone, budget = "50k-to-150k"): Promise<void> {
  await phone.open();
  await phone.fill(CONTACT);
  await phone.press("Continue");
  await phone.choose("budget", budget);
  await phone.choose("timeline", "Within a month");
  await phone.press("Continue");
  await phone.choose("needs", "Web application", "Connecting systems");
  await phone.fill("requirements", REQUIREMENTS);
  await phone.press("Send request");
}

function leadsOf({ db }: TestFlow) {
  const tables: Kysely<Tables> = db;
  return tables.selectFrom("leads").selectAll().execute();
}

describe("qualifying a lead", () => {
  let flow: TestFlow;
  beforeEach(async () => {
    flow = await openFlow(import.meta.dirname, { now: "2026-05-04T10:00:00Z" });
  });
  afterEach(() => flow.close());

  it("leads through three screens to the answers", async () => {
    const phone = await flow.phone();

    await phone.open();
    expect(phone.screen).toBe("CONTACT");
    expect(phone.canContinue).toBe(false);

    await phone.fill({ ...CONTACT, email: "ada@example" });
    expect(phone.component("email").problem).toBe("format");

    await phone.fill("email", CONTACT.email);
    await phone.press("Continue");
    expect(phone.screen).toBe("PROJECT");
    expect(phone.texts).toContain("Thank you, Ada Lovelace. Two questions:");

    await phone.choose("budget", "Not decided yet");
    await phone.choose("timeline", "We are only exploring");
    await phone.press("Continue");
    expect(phone.screen).toBe("REQUIREMENTS");

    await phone.choose("needs", "Not sure yet");
    await phone.fill("requirements", "Something with maps.");
    await phone.press("Send request");
    expect(phone.params).toEqual({
      ...CONTACT,
      budget: "undecided",
      timeline: "exploring",
      needs: ["unsure"],
      requirements: "Something with maps.",
    });
  });

  it("keeps what was typed when the user goes back to correct it", async () => {
    const phone = await flow.phone();
    await phone.open();
    await phone.fill(CONTACT);
    await phone.press("Continue");

    await phone.back();
    await phone.fill("name", "Augusta Ada King");
    await phone.press("Continue");

    expect(phone.texts).toContain("Thank you, Augusta Ada King. Two questions:");
  });

  it("stores a scored lead, once", async () => {
    const phone = await flow.phone({ user: "US.ada" });
    await answer(phone);

    await phone.deliver();
    flow.clock.advance({ minutes: 5 });
    await phone.deliver();

    expect(await leadsOf(flow)).toEqual([
      {
        completion_id: expect.any(String),
        user_id: "US.ada",
        received_at: new Date("2026-05-04T10:00:00Z"),
        ...CONTACT,
        budget: "50k-to-150k",
        timeline: "within-a-month",
        needs: ["web-app", "integration"],
        requirements: REQUIREMENTS,
        score: 80,
        grade: "hot",
      },
    ]);
  });

  it("keeps answers that do not fit for somebody to read", async () => {
    const db: Kysely<Tables> = flow.db;

    await flow.deliver({ ...CONTACT, budget: "a-million" }, { user: "US.ada" });
    await flow.deliver("{", { user: null });

    const kept = await db.selectFrom("unreadable_leads").select(["user_id", "answers"]).execute();
    expect(kept).toEqual([
      { user_id: "US.ada", answers: expect.stringContaining('"budget":"a-million"') },
      { user_id: null, answers: "{" },
    ]);
    expect(await leadsOf(flow)).toEqual([]);
  });

  it("erases a user, and nobody else", async () => {
    for (const user of ["US.ada", "US.grace"]) {
      const phone = await flow.phone({ user });
      await answer(phone);
      await phone.deliver();
      await flow.deliver("{", { user });
    }

    await flow.erase("US.ada");

    const db: Kysely<Tables> = flow.db;
    const unreadable = await db.selectFrom("unreadable_leads").select("user_id").execute();
    expect((await leadsOf(flow)).map((lead) => lead.user_id)).toEqual(["US.grace"]);
    expect(unreadable).toEqual([{ user_id: "US.grace" }]);
  });

  it("logs nothing of what was answered", async () => {
    const phone = await flow.phone();
    await answer(phone);

    await phone.deliver();

    expect(flow.log).toMatchObject([{ level: "info", fields: { grade: "hot" } }]);
    expect(JSON.stringify(flow.log)).not.toMatch(/Ada|Analytical|example\.com|fitters/);
  });
});
