import { afterAll, beforeAll, expect, it } from "vitest";
import { crowd, DATABASES, type FlowServers } from "../../test/helpers/flow-servers.ts";
import { type Choice, openCalendar } from "./calendar.ts";
import { addCounter, type CounterFixture } from "./counter.fixture.ts";
import type { Database } from "./tables.ts";

const DETAILS = {
  name: "Jane Doe",
  email: "jane@example.com",
  phone: "+49301234567",
  more_details: "",
};

const NOW = new Date("2026-05-04T06:00:00Z");

function minutesLater(minutes: number): Date {
  return new Date(NOW.getTime() + minutes * 60_000);
}

for (const { name, describeOn, open } of DATABASES) {
  describeOn(`the calendar, on ${name}`, () => {
    let flow: FlowServers;
    /** As four servers see it. */
    let servers: readonly Database[];
    let db: Database;

    beforeAll(async () => {
      flow = await open(import.meta.dirname);
      servers = flow.servers.map((server) => server.db);
      db = flow.servers[0].db;
    });
    afterAll(() => flow.stop());

    /** A counter of its own for the test, and choices of its times on 4 May. */
    async function openCounter(fixture: CounterFixture = {}): Promise<(hour: string) => Choice> {
      const { counter, department } = await addCounter(db, { timeZone: "UTC", ...fixture });
      return (hour) => ({
        department,
        location: counter,
        date: "2026-05-04",
        time: `2026-05-04T${hour}:00.000Z`,
      });
    }

    async function isOffered(choice: Choice, holder: string | null, now = NOW): Promise<boolean> {
      const { times } = await openCalendar(db, holder, now).offer(choice);
      return times.some(({ startsAt }) => startsAt.toISOString() === choice.time);
    }

    async function book(choice: Choice, holder: string | null, now = NOW, on = db) {
      const calendar = openCalendar(on, holder, now);
      await calendar.forgetExpiredHolds();
      return on.transaction().execute((trx) => calendar.book(trx, choice, DETAILS));
    }

    async function countPlaces(kind: "held" | "booked", holder?: string): Promise<number> {
      const rows = await db
        .selectFrom("appointments")
        .select("desk_id")
        .where("booking_id", kind === "held" ? "is" : "is not", null)
        .$if(holder !== undefined, (query) => query.where("holder", "=", holder ?? ""))
        .execute();
      return rows.length;
    }

    it("holds a place for ten minutes", async () => {
      const at = await openCounter();

      const hold = await openCalendar(db, "jane", NOW).hold(at("09:00"));

      expect(hold?.until).toEqual(minutesLater(10));
      expect(await isOffered(at("09:00"), "john", minutesLater(9))).toBe(false);
      expect(await isOffered(at("09:00"), "john", minutesLater(10))).toBe(true);
    });

    it("holds nothing for nobody, but says whether the time is free", async () => {
      const at = await openCounter();
      const nobody = openCalendar(db, null, NOW);

      const hold = await nobody.hold(at("09:00"));

      expect(hold?.until).toBeNull();
      expect(await isOffered(at("09:00"), "john")).toBe(true);
      expect(await nobody.hold(at("08:59"))).toBeNull();
    });

    it("gives up what was held when another time is chosen", async () => {
      const at = await openCounter();
      const jane = openCalendar(db, "jane-2", NOW);

      await jane.hold(at("09:00"));
      await jane.hold(at("10:00"));

      expect(await isOffered(at("09:00"), "john")).toBe(true);
      expect(await isOffered(at("10:00"), "john")).toBe(false);
      expect(await countPlaces("held", "jane-2")).toBe(1);
    });

    it("renews a hold of the last place, for the holder alone", async () => {
      const at = await openCounter();
      await openCalendar(db, "jane-3", NOW).hold(at("09:00"));

      const renewed = await openCalendar(db, "jane-3", minutesLater(5)).hold(at("09:00"));
      const refused = await openCalendar(db, "john-3", minutesLater(5)).hold(at("09:00"));

      expect(renewed?.until).toEqual(minutesLater(15));
      expect(refused).toBeNull();
    });

    it("gives a place to another once its hold has ended", async () => {
      const at = await openCounter();
      await openCalendar(db, "jane-4", NOW).hold(at("09:00"));

      const hold = await openCalendar(db, "john-4", minutesLater(10)).hold(at("09:00"));

      expect(hold?.until).toEqual(minutesLater(20));
      expect(await countPlaces("held", "jane-4")).toBe(0);
    });

    it("holds one place for one who asks many times at once", async () => {
      const at = await openCounter({ desks: 3 });

      const holds = await crowd(servers, 12, (server) =>
        openCalendar(server, "jane-5", NOW).hold(at("09:00")),
      );

      expect(holds.map((hold) => hold?.until)).toEqual(holds.map(() => minutesLater(10)));
      expect(await countPlaces("held", "jane-5")).toBe(1);
    });

    it("books what is held, and holds it no longer", async () => {
      const at = await openCounter();
      await openCalendar(db, "jane-6", NOW).hold(at("09:00"));

      const booking = await book(at("09:00"), "jane-6");

      expect(booking?.id).toMatch(/^[2-9A-HJ-NP-Z]{10}$/);
      expect(booking?.place.time.startsAt).toEqual(new Date("2026-05-04T09:00:00Z"));
      expect(await countPlaces("held", "jane-6")).toBe(0);
      expect(await isOffered(at("09:00"), "jane-6")).toBe(false);
      expect(await isOffered(at("09:00"), "john", minutesLater(60))).toBe(false);
    });

    it("gives up a hold of another time when it books", async () => {
      const at = await openCounter();
      await openCalendar(db, "jane-11", NOW).hold(at("09:00"));

      await book(at("10:00"), "jane-11");

      expect(await isOffered(at("09:00"), "john")).toBe(true);
      expect(await countPlaces("held", "jane-11")).toBe(0);
    });

    it("books without a hold, and after one has ended, while there is a place", async () => {
      const at = await openCounter({ desks: 2 });
      await openCalendar(db, "jane-7", NOW).hold(at("09:00"));

      const withoutHold = await book(at("09:00"), null, minutesLater(11));
      const afterHold = await book(at("09:00"), "jane-7", minutesLater(12));
      const tooLate = await book(at("09:00"), "john-7", minutesLater(13));

      expect([withoutHold?.id, afterHold?.id]).toEqual([expect.any(String), expect.any(String)]);
      expect(tooLate).toBeNull();
    });

    it("books nothing that another holds", async () => {
      const at = await openCounter();
      await openCalendar(db, "jane-8", NOW).hold(at("09:00"));

      expect(await book(at("09:00"), null, minutesLater(9))).toBeNull();
    });

    it("refuses what is not offered", async () => {
      const at = await openCounter();
      const elsewhere = await openCounter();
      const jane = openCalendar(db, "jane-9", NOW);

      for (const choice of [
        at("08:00"),
        at("09:15"),
        { ...at("09:00"), date: "2026-05-05" },
        { ...at("09:00"), department: elsewhere("09:00").department },
        { ...at("09:00"), location: "nowhere\0" },
        { ...at("09:00"), time: "+275760-09-13T00:00:00.001Z" },
        { ...at("09:00"), time: undefined },
        {},
      ]) {
        expect(await jane.hold(choice)).toBeNull();
        expect(await book(choice, null)).toBeNull();
      }
    });

    it("refuses a time that has passed since it was chosen", async () => {
      const at = await openCounter();
      await openCalendar(db, "jane-10", new Date("2026-05-04T08:55:00Z")).hold(at("09:00"));

      expect(await book(at("09:00"), "jane-10", new Date("2026-05-04T09:00:00Z"))).toBeNull();
    });

    it("lets one of 200 hold the last place, and tells the others", async () => {
      const at = await openCounter();

      const holds = await crowd(servers, 200, (server, user) =>
        openCalendar(server, `holder-${user}`, NOW).hold(at("09:00")),
      );

      expect(holds.filter((hold) => hold !== null)).toHaveLength(1);
    });

    it("lets 3 of 200 book when 3 places are left, one of them by a hold that has ended", async () => {
      const at = await openCounter({ desks: 3 });
      await openCalendar(db, "forgetful", NOW).hold(at("09:00"));

      const bookings = await crowd(servers, 200, (server, user) =>
        book(at("09:00"), `booker-${user}`, minutesLater(10), server),
      );

      expect(bookings.filter((booking) => booking !== null)).toHaveLength(3);
    });

    it("lets 40 exchange their holds among one another without a deadlock", async () => {
      const at = await openCounter({ desks: 1, hours: [["10:00", "20:00"]], slotMinutes: 15 });
      const choices = Array.from({ length: 40 }, (_, index) => {
        const minutes = String((index % 4) * 15).padStart(2, "0");
        return at(`${10 + Math.floor(index / 4)}:${minutes}`);
      });
      const hold = async (server: Database, user: number, choice: number, now: Date) =>
        openCalendar(server, `swapper-${user}`, now).hold(choices[choice % 40] ?? {});
      await crowd(servers, 40, (server, user) => hold(server, user, user, NOW));

      // All holds end at once, and everybody wants what a neighbour had.
      const holds = await crowd(servers, 40, (server, user) =>
        hold(server, user, user + 1, minutesLater(10)),
      );

      expect(holds.filter((each) => each !== null)).toHaveLength(40);
    });

    it("says that a place is taken while another request is still taking it", async () => {
      const at = await openCounter();
      const { times } = await openCalendar(db, null, NOW).offer(at("09:00"));
      const [desk_id] = times[0]?.desks ?? [];
      const release = Promise.withResolvers<void>();
      const inserted = Promise.withResolvers<void>();
      const slow = db.transaction().execute(async (trx) => {
        await trx
          .insertInto("appointments")
          .values({
            desk_id: desk_id ?? 0,
            starts_at: new Date("2026-05-04T09:00:00Z"),
            ends_at: new Date("2026-05-04T10:00:00Z"),
            holder: "slow",
            held_until: minutesLater(10),
          })
          .execute();
        inserted.resolve();
        await release.promise;
      });
      await inserted.promise;

      const hold = openCalendar(db, "fast", NOW).hold(at("09:00"));
      // On the embedded database's one connection nothing runs beside a transaction.
      if (name === "PGlite") release.resolve();

      expect(await hold).toBeNull();
      release.resolve();
      await slow;
    });

    it.each(["09:00", "08:30", "09:45"])(
      "is kept by the database even from code that does not look: %s",
      async (hour) => {
        const at = await openCounter();
        await book(at("09:00"), null);
        const { desk_id } = await db
          .selectFrom("appointments")
          .innerJoin("desks", "desks.id", "desk_id")
          .select("desk_id")
          .where("counter_id", "=", at("09:00").location ?? "")
          .executeTakeFirstOrThrow();

        const soldTwice = db
          .insertInto("appointments")
          .values({
            desk_id,
            starts_at: new Date(`2026-05-04T${hour}:00Z`),
            ends_at: new Date("2026-05-04T10:00:00Z"),
            holder: `careless at ${hour}`,
            held_until: minutesLater(10),
          })
          .execute();

        await expect(soldTwice).rejects.toThrow(/appointments_(pkey|one_at_a_time)/);
      },
    );
  });
}
