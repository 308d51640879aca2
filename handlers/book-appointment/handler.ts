// Book an appointment: choose a department, a location, a date and a time; leave your details while the place is held;
// read it over, agree to the terms, and it is booked. A message books once; opened again, it shows what it booked.

import { type Call, implement } from "flowpoint";
import { appointmentScreen } from "./appointment-screen.ts";
import { type Calendar, type Choice, openCalendar } from "./calendar.ts";
import { flow } from "./contract.gen.ts";
import { checkDetails } from "./details.ts";
import { holderOf } from "./holder.ts";
import { type BookedScreen, bookedScreen, detailsScreen, summaryScreen } from "./place-screens.ts";

const TAKEN = "That time was just taken. Please choose another.";
const ALREADY_BOOKED = "You have booked with this form. Open it again to see your appointment.";

/** Whether we confirm and finish or BOOKED does, the chat gets the same. */
const options = { completion: flow.completion };

export default implement(flow, options, ({ db, clock }) => {
  const calendarOf = async (call: Call): Promise<Calendar> =>
    openCalendar(db, await holderOf(call.flowToken), clock.now());

  return {
    async init(reply, call) {
      const booked = await call.stored<BookedScreen>("book");
      if (booked !== null) return reply.show("BOOKED", booked);
      return reply.show("APPOINTMENT", await choices(await calendarOf(call), {}));
    },

    exchange: {
      async APPOINTMENT(input, reply, call) {
        const calendar = await calendarOf(call);
        switch (input.trigger) {
          case "department_selected":
          case "location_selected":
          case "date_selected":
            return reply.show("APPOINTMENT", await choices(calendar, input));
          case "time_selected": {
            const booked = await call.stored<BookedScreen>("book");
            if (booked !== null) {
              return reply.reject(ALREADY_BOOKED, await choices(calendar, input));
            }
            const hold = await calendar.hold(input);
            if (hold === null) return reply.reject(TAKEN, await choices(calendar, input));
            return reply.show("DETAILS", detailsScreen(hold));
          }
        }
      },

      async DETAILS(input, reply, call) {
        const booked = await call.stored<BookedScreen>("book");
        if (booked !== null) return reply.show("BOOKED", booked);

        const calendar = await calendarOf(call);
        const hold = await calendar.hold(input);
        if (hold === null) return reply.show("APPOINTMENT", await choices(calendar, input, TAKEN));

        const checked = checkDetails(input);
        if (checked.kind === "invalid") {
          return reply.show("DETAILS", detailsScreen(hold, checked.errors));
        }
        return reply.show("SUMMARY", summaryScreen(hold, checked.details));
      },

      async SUMMARY(input, reply, call) {
        const calendar = await calendarOf(call);
        const checked = checkDetails(input);
        if (checked.kind === "invalid") {
          const hold = await calendar.hold(input);
          if (hold === null) {
            return reply.show("APPOINTMENT", await choices(calendar, input, TAKEN));
          }
          return reply.show("DETAILS", detailsScreen(hold, checked.errors));
        }

        await calendar.forgetExpiredHolds();
        const booked = await call.once("book", async (trx) => {
          const booking = await calendar.book(trx, input, checked.details);
          return booking === null ? null : bookedScreen(booking);
        });
        if (booked === null) {
          return reply.show("APPOINTMENT", await choices(calendar, input, TAKEN));
        }
        const isThisOne = booked.location === input.location && booked.starts_at === input.time;
        return isThisOne ? reply.finish(booked) : reply.show("BOOKED", booked);
      },
    },
  };
});

/** APPOINTMENT's data after a choice, with what is free now. */
async function choices(calendar: Calendar, choice: Choice, notice?: string) {
  return appointmentScreen(await calendar.offer(choice), choice, notice);
}
