import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { DATABASES, type FlowServers } from "../../test/helpers/flow-servers.ts";
import { addCounter, type CounterFixture } from "./counter.fixture.ts";
import { type FreeTime, listFreeTimes } from "./free-times.ts";
import type { Database } from "./tables.ts";

type Hold = { readonly holder: string; readonly held_until: Date };

/** `05-04 09:00` for each start, in UTC. */
function starts(times: readonly FreeTime[]): readonly string[] {
  return times.map(({ startsAt }) => startsAt.toISOString().slice(5, 16).replace("T", " "));
}

function startsOn(day: string, times: readonly FreeTime[]): readonly string[] {
  return starts(times.filter((time) => time.day === day));
}

function daysOf(times: readonly FreeTime[]): readonly string[] {
  return [...new Set(times.map(({ day }) => day))];
}

for (const { name, describeOn, open } of DATABASES) {
  describeOn(`free times, on ${name}`, () => {
    let flow: FlowServers;
    let db: Database;
    const processTimeZone = process.env["TZ"];

    beforeAll(async () => {
      flow = await open(import.meta.dirname);
      db = flow.servers[0].db;
    });
    afterAll(() => flow.stop());
    afterEach(() => {
      if (processTimeZone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = processTimeZone;
    });

    /** Free times at `now` for nobody in particular. */
    async function freeTimes(now: string, fixture: CounterFixture): Promise<readonly FreeTime[]> {
      const { counter } = await addCounter(db, fixture);
      return listFreeTimes(db, counter, null, new Date(now));
    }

    /** Takes the counter's first desk; for good, unless it is held. */
    async function occupy(counter: string, from: string, to: string, hold?: Hold): Promise<void> {
      const desk = await db
        .selectFrom("desks")
        .select("id as desk_id")
        .where("counter_id", "=", counter)
        .orderBy("id")
        .executeTakeFirstOrThrow();
      const time = { starts_at: new Date(from), ends_at: new Date(to) };
      const booked = {
        booking_id: crypto.randomUUID(),
        booked_at: time.starts_at,
        name: "Jane Doe",
        email: "jane@example.com",
        phone: "+49301234567",
        more_details: "",
      };
      await db
        .insertInto("appointments")
        .values({ ...desk, ...time, ...(hold ?? booked) })
        .execute();
    }

    it("are the opening hours cut into slots that end by closing time", async () => {
      const times = await freeTimes("2026-05-04T00:00:00Z", {
        hours: [["09:00", "11:45"]],
        slotMinutes: 30,
      });

      expect(startsOn("2026-05-04", times)).toEqual([
        "05-04 07:00",
        "05-04 07:30",
        "05-04 08:00",
        "05-04 08:30",
        "05-04 09:00",
      ]);
    });

    it("leave out breaks, and days on which the branch is closed", async () => {
      const times = await freeTimes("2026-05-04T00:00:00Z", {
        timeZone: "UTC",
        weekdays: [1, 3],
        hours: [
          ["09:00", "11:00"],
          ["13:00", "14:00"],
        ],
        closedOn: ["2026-05-06"],
      });

      expect(starts(times)).toEqual([
        "05-04 09:00",
        "05-04 10:00",
        "05-04 13:00",
        "05-11 09:00",
        "05-11 10:00",
        "05-11 13:00",
        "05-13 09:00",
        "05-13 10:00",
        "05-13 13:00",
      ]);
    });

    it("reach over two weeks, today included", async () => {
      const times = await freeTimes("2026-05-04T06:00:00Z", {});

      const days = daysOf(times);
      expect([days.length, days.at(0), days.at(-1)]).toEqual([14, "2026-05-04", "2026-05-17"]);
    });

    it("are never in the past, nor at this very moment", async () => {
      const times = await freeTimes("2026-05-04T10:00:00Z", {
        timeZone: "UTC",
        hours: [["09:00", "12:00"]],
      });

      expect(startsOn("2026-05-04", times)).toEqual(["05-04 11:00"]);
    });

    it("last until midnight where the branch does", async () => {
      const times = await freeTimes("2026-05-04T00:00:00Z", {
        timeZone: "UTC",
        hours: [["22:00", "24:00"]],
      });

      expect(startsOn("2026-05-04", times)).toEqual(["05-04 22:00", "05-04 23:00"]);
    });

    it("are free as long as one desk is", async () => {
      const { counter } = await addCounter(db, { timeZone: "UTC", desks: 2 });
      const now = new Date("2026-05-04T00:00:00Z");
      const [first] = await listFreeTimes(db, counter, null, now);

      await occupy(counter, "2026-05-04T09:00:00Z", "2026-05-04T10:00:00Z");
      const [second] = await listFreeTimes(db, counter, null, now);

      expect(first?.desks).toHaveLength(2);
      expect(second?.startsAt).toEqual(new Date("2026-05-04T09:00:00Z"));
      expect(second?.desks).toEqual(first?.desks.slice(1));
    });

    it("are gone once every desk is taken", async () => {
      const { counter } = await addCounter(db, { timeZone: "UTC", desks: 1 });
      await occupy(counter, "2026-05-04T09:00:00Z", "2026-05-04T10:00:00Z");

      const times = await listFreeTimes(db, counter, null, new Date("2026-05-04T00:00:00Z"));

      expect(starts(times)[0]).toBe("05-04 10:00");
    });

    it("overlap no appointment made when the slots were others", async () => {
      const { counter } = await addCounter(db, { timeZone: "UTC", slotMinutes: 60 });
      await occupy(counter, "2026-05-04T09:30:00Z", "2026-05-04T10:15:00Z");

      const times = await listFreeTimes(db, counter, null, new Date("2026-05-04T00:00:00Z"));

      expect(starts(times)[0]).toBe("05-04 11:00");
    });

    it("include one's own hold and holds that have ended, but not another's", async () => {
      const { counter } = await addCounter(db, { timeZone: "UTC" });
      await occupy(counter, "2026-05-04T09:00:00Z", "2026-05-04T10:00:00Z", {
        holder: "holder",
        held_until: new Date("2026-05-04T08:10:00Z"),
      });
      const first = async (holder: string, now: string) =>
        starts(await listFreeTimes(db, counter, holder, new Date(now)))[0];

      expect(await first("holder", "2026-05-04T08:00:00Z")).toBe("05-04 09:00");
      expect(await first("another", "2026-05-04T08:00:00Z")).toBe("05-04 10:00");
      expect(await first("another", "2026-05-04T08:10:00Z")).toBe("05-04 09:00");
    });

    it.each(["UTC", "Asia/Tokyo", "America/Los_Angeles"])(
      "begin with the branch's today, whether the server is in %s or elsewhere",
      async (zone) => {
        process.env["TZ"] = zone;
        const now = "2026-05-04T13:00:00Z";
        const hours = [["08:00", "10:00"]] as const;

        const inAuckland = await freeTimes(now, { timeZone: "Pacific/Auckland", hours });
        const inLosAngeles = await freeTimes(now, { timeZone: "America/Los_Angeles", hours });

        expect(new Date(0).getTimezoneOffset()).toBe(
          { UTC: 0, "Asia/Tokyo": -540, "America/Los_Angeles": 480 }[zone],
        );
        expect(daysOf(inAuckland)[0]).toBe("2026-05-05");
        expect(starts(inAuckland).slice(0, 2)).toEqual(["05-04 20:00", "05-04 21:00"]);
        expect(daysOf(inLosAngeles)[0]).toBe("2026-05-04");
        expect(starts(inLosAngeles).slice(0, 2)).toEqual(["05-04 15:00", "05-04 16:00"]);
      },
    );

    it.each([
      {
        what: "Berlin, 02:00 to 03:00 left out",
        timeZone: "Europe/Berlin",
        day: "2026-03-29",
        first: "03-28 23:00",
        last: "03-29 01:30",
        count: 6,
      },
      {
        what: "Berlin, 02:00 to 03:00 twice",
        timeZone: "Europe/Berlin",
        day: "2026-10-25",
        first: "10-24 22:00",
        last: "10-25 02:30",
        count: 10,
      },
      {
        what: "New York, 02:00 to 03:00 left out",
        timeZone: "America/New_York",
        day: "2026-03-08",
        first: "03-08 05:00",
        last: "03-08 07:30",
        count: 6,
      },
      {
        what: "New York, 01:00 to 02:00 twice",
        timeZone: "America/New_York",
        day: "2026-11-01",
        first: "11-01 04:00",
        last: "11-01 08:30",
        count: 10,
      },
      {
        what: "Lord Howe Island, 02:00 to 02:30 left out",
        timeZone: "Australia/Lord_Howe",
        day: "2026-10-04",
        first: "10-03 13:30",
        last: "10-03 16:30",
        count: 7,
      },
      {
        what: "Lord Howe Island, 01:30 to 02:00 twice",
        timeZone: "Australia/Lord_Howe",
        day: "2026-04-05",
        first: "04-04 13:00",
        last: "04-04 17:00",
        count: 9,
      },
    ])("follow the clocks on the day they change: $what", async (change) => {
      const theDayBefore = new Date(Date.parse(change.day) - 24 * 3600_000).toISOString();
      const times = await freeTimes(theDayBefore, {
        timeZone: change.timeZone,
        hours: [["00:00", "04:00"]],
        slotMinutes: 30,
      });

      // Half an hour apart without a gap, however the clocks on the wall jump.
      const day = startsOn(change.day, times);
      expect([day.at(0), day.at(-1), day.length]).toEqual([
        change.first,
        change.last,
        change.count,
      ]);
    });

    it("keep office hours on the days around a change of the clocks", async () => {
      const times = await freeTimes("2026-03-27T12:00:00Z", { hours: [["09:00", "10:00"]] });

      expect(starts(times).slice(0, 3)).toEqual(["03-28 08:00", "03-29 07:00", "03-30 07:00"]);
    });
  });
}
