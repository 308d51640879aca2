import type { TestAnswer, TestFlow, TestPhone } from "flowpoint/test";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { crowd, DATABASES, type FlowServers } from "../../test/helpers/flow-servers.ts";
import { addCounter, type CounterFixture } from "./counter.fixture.ts";
import type { Database } from "./tables.ts";

const TAKEN = "That time was just taken. Please choose another.";

const TYPED = {
  name: "Jane Doe",
  email: "jane@example.com",
  phone: "+49 30 1234567",
  more_details: "About a flat.",
};

const DETAILS = { ...TYPED, phone: "+49301234567" };

/** A disabled list: one option that says what to do first. */
const DISABLED = [{ id: "none", title: expect.any(String) }];

for (const { name, describeOn, open } of DATABASES) {
  describeOn(`booking an appointment, on ${name}`, () => {
    let opened: FlowServers;
    let flow: TestFlow;
    let db: Database;

    beforeAll(async () => {
      opened = await open(import.meta.dirname, { tokenPolicy: "any" });
      [flow] = opened.servers;
      db = flow.db;
    });
    afterAll(() => opened.stop());
    beforeEach(() => {
      for (const server of opened.servers) server.clock.set("2026-05-04T06:00:00Z");
    });

    /** A counter for one test, and what a phone sends once a time there is chosen. */
    async function openCounter(fixture: CounterFixture = {}) {
      const { counter, department } = await addCounter(db, { timeZone: "UTC", ...fixture });
      return {
        department,
        location: counter,
        at: (hour: string) => ({
          department,
          location: counter,
          date: "2026-05-04",
          time: `2026-05-04T${hour}:00.000Z`,
        }),
      };
    }

    type Chosen = ReturnType<Awaited<ReturnType<typeof openCounter>>["at"]>;

    /** What a phone sends, or one that was tampered with. Who has the same token has the same message. */
    async function send(
      token: string | null,
      screen: string,
      payload: Parameters<TestPhone["exchange"]>[1],
      server = flow,
    ): Promise<TestAnswer> {
      const phone = await server.phone({ flowToken: token });
      return phone.exchange(screen, payload);
    }

    const choose = (token: string | null, chosen: Chosen) =>
      send(token, "APPOINTMENT", { trigger: "time_selected", ...chosen });
    const fillIn = (token: string | null, chosen: Chosen, typed = TYPED) =>
      send(token, "DETAILS", { ...chosen, ...typed });
    const confirm = (token: string | null, chosen: Chosen, details = DETAILS) =>
      send(token, "SUMMARY", { ...chosen, ...details, terms: true });

    async function countBookings(location: string): Promise<number> {
      const rows = await db
        .selectFrom("appointments")
        .innerJoin("desks", "desks.id", "desk_id")
        .select("booking_id")
        .where("counter_id", "=", location)
        .where("booking_id", "is not", null)
        .execute();
      return rows.length;
    }

    async function countDesks(): Promise<number> {
      const desks = await db.selectFrom("desks").select("id").execute();
      return desks.length;
    }

    it("leads from the first list to a booking", async () => {
      const { department, location, at } = await openCounter({ hours: [["09:00", "11:00"]] });
      const phone = await flow.phone();

      await phone.open();
      expect(phone.screen).toBe("APPOINTMENT");
      expect(phone.data).toMatchObject({
        department: expect.arrayContaining([{ id: department, title: "Home loans" }]),
        location: DISABLED,
        is_location_enabled: false,
        date: DISABLED,
        is_date_enabled: false,
        time: DISABLED,
        is_time_enabled: false,
      });

      await phone.choose("department", department);
      expect(phone.screen).toBe("APPOINTMENT");
      expect(phone.data).toMatchObject({
        location: [{ id: location, title: "Main branch", description: "Main Street 1" }],
        is_location_enabled: true,
        is_date_enabled: false,
        is_time_enabled: false,
      });

      await phone.choose("location", "Main branch");
      expect(phone.screen).toBe("APPOINTMENT");
      expect(phone.data).toMatchObject({
        date: expect.arrayContaining([
          { id: "2026-05-04", title: expect.stringMatching(/^Monday,? 4 May$/) },
        ]),
        is_date_enabled: true,
        is_time_enabled: false,
      });

      await phone.choose("date", "2026-05-04");
      expect(phone.screen).toBe("APPOINTMENT");
      expect(phone.data).toMatchObject({
        time: [
          { id: "2026-05-04T09:00:00.000Z", title: "09:00" },
          { id: "2026-05-04T10:00:00.000Z", title: "10:00" },
        ],
        is_time_enabled: true,
      });

      await phone.choose("time", "09:00");
      await phone.press("Continue");
      const appointment = expect.stringMatching(
        /^Home loans at Main branch\nMonday,? 4 May 2026, 09:00\nMain Street 1$/,
      );
      const held = expect.stringMatching(/^Held for you until 06:10 GMT(\+0)?\.$/);
      expect(phone).toMatchObject({ screen: "DETAILS", snackbar: null });
      expect(phone.data).toEqual({ appointment, held, ...at("09:00"), error_messages: {} });

      await phone.fill(TYPED);
      await phone.press("Continue");
      expect(phone).toMatchObject({ screen: "SUMMARY", snackbar: null });
      expect(phone.data).toEqual({
        appointment,
        held,
        ...at("09:00"),
        ...DETAILS,
        details: "Jane Doe\njane@example.com\n+49301234567\nAbout a flat.",
      });

      await phone.press("Read more");
      expect(phone.screen).toBe("TERMS");
      await phone.back();
      await phone.fill("terms", true);
      await phone.press("Confirm");
      expect(phone.params).toEqual({
        booking_id: expect.stringMatching(/^[2-9A-Z]{10}$/),
        appointment,
        department,
        location,
        starts_at: "2026-05-04T09:00:00.000Z",
      });
    });

    it("clears what depends on the department when another one is chosen", async () => {
      const before = await openCounter();
      const after = await openCounter();
      await choose("another department", before.at("09:00"));

      const shown = await send("another department", "APPOINTMENT", {
        trigger: "department_selected",
        department: after.department,
      });

      expect(shown).toMatchObject({
        data: {
          location: [{ id: after.location }],
          date: DISABLED,
          is_date_enabled: false,
          time: DISABLED,
          is_time_enabled: false,
        },
      });
    });

    it("keeps the date when another location is free then, with the times there", async () => {
      const { department, location } = await openCounter({ hours: [["15:00", "16:00"]] });

      const onThatDay = await send("another location", "APPOINTMENT", {
        trigger: "location_selected",
        department,
        location,
        date: "2026-05-04",
      });
      const onNoDay = await send("another location", "APPOINTMENT", {
        trigger: "location_selected",
        department,
        location,
        date: "2026-04-30",
      });

      expect(onThatDay).toMatchObject({
        data: { time: [{ title: "15:00" }], is_time_enabled: true },
      });
      expect(onNoDay).toMatchObject({ data: { time: DISABLED, is_time_enabled: false } });
    });

    it("says so where nothing is free", async () => {
      const { department, location } = await openCounter({
        weekdays: [1],
        closedOn: ["2026-05-04", "2026-05-11"],
      });

      const shown = await send("full", "APPOINTMENT", {
        trigger: "location_selected",
        department,
        location,
        date: "",
      });

      expect(shown).toMatchObject({
        data: {
          notice: "Nothing is free there for two weeks. Please choose another location.",
          date: DISABLED,
          is_date_enabled: false,
        },
      });
    });

    it("tells the two 02:30s of a night apart", async () => {
      flow.clock.set("2026-10-24T12:00:00Z");
      const { department, location } = await openCounter({
        timeZone: "Europe/Berlin",
        hours: [["01:30", "03:30"]],
      });

      const shown = await send("night", "APPOINTMENT", {
        trigger: "date_selected",
        department,
        location,
        date: "2026-10-25",
      });

      expect(shown).toMatchObject({
        data: {
          time: [
            { id: "2026-10-24T23:30:00.000Z", title: "01:30" },
            { id: "2026-10-25T00:30:00.000Z", title: "02:30 GMT+2" },
            { id: "2026-10-25T01:30:00.000Z", title: "02:30 GMT+1" },
          ],
        },
      });
    });

    it("offers other times when another user was faster", async () => {
      const { at } = await openCounter({ hours: [["09:00", "11:00"]] });
      await choose("faster", at("09:00"));

      const shown = await choose("slower", at("09:00"));

      expect(shown).toMatchObject({
        screen: "APPOINTMENT",
        errorMessage: TAKEN,
        data: { time: [{ id: "2026-05-04T10:00:00.000Z" }], is_time_enabled: true },
      });
    });

    it("lets a user go back, find the time they hold, and choose another", async () => {
      const { at } = await openCounter({ hours: [["09:00", "11:00"]] });
      await choose("undecided", at("09:00"));

      const { time: _, ...dated } = at("09:00");
      const back = await send("undecided", "APPOINTMENT", {
        trigger: "date_selected",
        ...dated,
      });
      const other = await choose("undecided", at("10:00"));
      const freed = await choose("next", at("09:00"));

      expect(back).toMatchObject({
        data: { time: [{ id: at("09:00").time }, { id: at("10:00").time }] },
      });
      expect(other).toMatchObject({ screen: "DETAILS", data: { time: at("10:00").time } });
      expect(freed).toMatchObject({ screen: "DETAILS", data: { time: at("09:00").time } });
    });

    it("shows at the fields what is wrong with the details", async () => {
      const { department, location, at } = await openCounter();
      const phone = await flow.phone();
      await phone.open();
      await phone.fill({ department, location, date: "2026-05-04", time: at("09:00").time });
      await phone.press();

      await phone.fill({ ...TYPED, email: "jane@example.c", phone: "12345" });
      await phone.press();

      expect(phone).toMatchObject({ screen: "DETAILS", snackbar: null });
      expect(phone.data).toMatchObject(at("09:00"));
      expect(phone.error("email")).toBe("Please check this address");
      expect(phone.error("phone")).toBe("Please type 7 to 15 digits");
      expect(phone.error("name")).toBeNull();
    });

    it("checks the details again when they come back with the confirmation", async () => {
      const { location, at } = await openCounter();
      await choose("tampering", at("09:00"));

      const shown = await confirm("tampering", at("09:00"), { ...DETAILS, name: "\0" });

      expect(shown).toMatchObject({
        screen: "DETAILS",
        data: { error_messages: { name: expect.any(String) } },
      });
      expect(await countBookings(location)).toBe(0);
    });

    it("leads back to the choice when the place was lost while typing", async () => {
      const { at } = await openCounter({ hours: [["09:00", "11:00"]] });
      await choose("slow", at("09:00"));
      flow.clock.advance({ minutes: 10 });
      await choose("waiting", at("09:00"));

      const shown = await fillIn("slow", at("09:00"));

      expect(shown).toMatchObject({
        screen: "APPOINTMENT",
        data: { notice: TAKEN, time: [{ id: at("10:00").time }] },
      });
    });

    it("books another place of the same time when the hold has ended", async () => {
      const { location, at } = await openCounter({ desks: 2 });
      await choose("late", at("09:00"));
      flow.clock.advance({ minutes: 10 });
      await choose("waiting too", at("09:00"));

      expect(await confirm("late", at("09:00"))).toMatchObject({ kind: "final" });
      expect(await countBookings(location)).toBe(1);
    });

    it("leads back to the choice when the hold has ended and no place is left", async () => {
      const { location, at } = await openCounter({ hours: [["09:00", "11:00"]] });
      await choose("too late", at("09:00"));
      flow.clock.advance({ minutes: 10 });
      await choose("in time", at("09:00"));

      const shown = await confirm("too late", at("09:00"));
      const chosenAgain = await choose("too late", at("10:00"));

      expect(shown).toMatchObject({
        screen: "APPOINTMENT",
        data: { notice: TAKEN, time: [{ id: at("10:00").time }], is_time_enabled: true },
      });
      expect(await countBookings(location)).toBe(0);
      expect(chosenAgain).toMatchObject({ screen: "DETAILS" });
    });

    it("leads back to the choice from screens that are days old", async () => {
      const { at } = await openCounter();
      await choose("yesterday", at("09:00"));
      flow.clock.advance({ hours: 26 });

      const fromDetails = await fillIn("yesterday", at("09:00"));
      const fromSummary = await confirm("yesterday", at("09:00"));

      for (const shown of [fromDetails, fromSummary]) {
        expect(shown).toMatchObject({
          screen: "APPOINTMENT",
          data: { notice: TAKEN, is_date_enabled: true, time: DISABLED, is_time_enabled: false },
        });
      }
    });

    it("books once, however often it is confirmed", async () => {
      const { location, at } = await openCounter({ desks: 3 });
      await choose("eager", at("09:00"));

      const atOnce = await Promise.all([
        confirm("eager", at("09:00")),
        confirm("eager", at("09:00")),
        confirm("eager", at("09:00")),
      ]);
      const later = await confirm("eager", at("09:00"));

      expect(later.kind).toBe("final");
      expect(atOnce).toEqual([later, later, later]);
      expect(await countBookings(location)).toBe(1);
    });

    it("shows what it booked when it is opened again", async () => {
      const { location, at } = await openCounter();
      await choose("reopened", at("09:00"));
      const booked = await confirm("reopened", at("09:00"));

      const phone = await flow.phone({ flowToken: "reopened" });
      await phone.open();

      if (booked.kind !== "final") throw new Error("not booked");
      expect(booked.params["location"]).toBe(location);
      expect(phone).toMatchObject({ screen: "BOOKED", snackbar: null });
      expect(phone.data).toEqual(booked.params);
    });

    it("books nothing else once it has booked", async () => {
      const { location, at } = await openCounter();
      await choose("twice", at("09:00"));
      await confirm("twice", at("09:00"));

      const chosen = await choose("twice", at("10:00"));
      const filledIn = await fillIn("twice", at("10:00"));
      const confirmed = await confirm("twice", at("10:00"));

      expect(chosen).toMatchObject({ screen: "APPOINTMENT", errorMessage: expect.any(String) });
      expect(filledIn).toMatchObject({ screen: "BOOKED", data: { starts_at: at("09:00").time } });
      expect(confirmed).toMatchObject({ screen: "BOOKED", data: { starts_at: at("09:00").time } });
      expect(await countBookings(location)).toBe(1);
    });

    it("takes a place directly where there is no flow token", async () => {
      const { location, at } = await openCounter();

      const chosen = await choose(null, at("09:00"));
      const filledIn = await fillIn(null, at("09:00"));
      const confirmed = await confirm(null, at("09:00"));
      const gone = await confirm(null, at("09:00"));

      const held = "This place is yours once you confirm.";
      expect(chosen).toMatchObject({ screen: "DETAILS", data: { held } });
      expect(filledIn).toMatchObject({ screen: "SUMMARY", data: { held } });
      expect(confirmed).toMatchObject({ kind: "final", params: { location } });
      expect(gone).toMatchObject({ screen: "APPOINTMENT", data: { notice: TAKEN } });
      const phone = await flow.phone({ flowToken: null });
      await phone.open();
      expect(phone.screen).toBe("APPOINTMENT");
    });

    it("refuses a time that was never offered", async () => {
      const { at } = await openCounter();

      const shown = await choose("made up", at("09:07"));

      expect(shown).toMatchObject({ screen: "APPOINTMENT", errorMessage: TAKEN });
    });

    it("gives the last place to one of 200 who confirm at once, and tells the others", async () => {
      const { location, at } = await openCounter({ hours: [["09:00", "11:00"]] });

      const outcomes = await crowd(opened.servers, 200, (server, user) =>
        send(`rival ${user}`, "SUMMARY", { ...at("09:00"), ...DETAILS, terms: true }, server),
      );

      const told = outcomes.filter((outcome) => outcome.kind === "screen");
      expect(told).toHaveLength(199);
      expect(new Set(told.map(({ data }) => data["notice"]))).toEqual(new Set([TAKEN]));
      expect(outcomes.filter(({ kind }) => kind === "final")).toHaveLength(1);
      expect(await countBookings(location)).toBe(1);
    });

    it("has demonstration data that can be put in twice", async () => {
      const before = await countDesks();
      await flow.seed();
      const after = await countDesks();
      await flow.seed();

      expect(after - before).toBe(14);
      expect(await countDesks()).toBe(after);
      for (const location of [
        "berlin-home-loans",
        "new-york-personal-banking",
        "singapore-home-loans",
      ]) {
        const department = location.replace(/^(berlin|new-york|singapore)-/, "");
        expect(
          await send("demo", "APPOINTMENT", {
            trigger: "location_selected",
            department,
            location,
            date: null,
          }),
        ).toMatchObject({ data: { is_date_enabled: true } });
      }
    });
  });
}
