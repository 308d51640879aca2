// The screens that follow a choice: DETAILS and SUMMARY about a place that is held, BOOKED about one that is booked.
// Each carries on what the next request needs to know, so that any instance of the server can answer it.

import type { ScreenData } from "flowpoint";
import { type Booking, type Hold, type Place, timeId } from "./calendar.ts";
import type { flow } from "./contract.gen.ts";
import type { Details, FieldErrors } from "./details.ts";
import { localTime } from "./local-time.ts";

export function detailsScreen(
  hold: Hold,
  errors: FieldErrors = {},
): ScreenData<typeof flow, "DETAILS"> {
  return { ...describeHold(hold), ...idsOf(hold.place), error_messages: errors };
}

export function summaryScreen(hold: Hold, details: Details): ScreenData<typeof flow, "SUMMARY"> {
  const { name, email, phone, more_details } = details;
  const lines = [name, email, phone, more_details];
  return {
    ...describeHold(hold),
    ...idsOf(hold.place),
    ...details,
    details: lines.filter((line) => line !== "").join("\n"),
  };
}

export type BookedScreen = ScreenData<typeof flow, "BOOKED">;

/** A booking as BOOKED shows it, `once` remembers it and the completion carries it. */
export function bookedScreen({ id, place }: Booking): BookedScreen {
  const { department, location, time } = idsOf(place);
  return {
    booking_id: id,
    appointment: describePlace(place),
    department,
    location,
    starts_at: time,
  };
}

function describeHold({ place, until }: Hold): { appointment: string; held: string } {
  const local = localTime(place.counter.branch.timeZone);
  return {
    appointment: describePlace(place),
    held:
      until === null
        ? "This place is yours once you confirm."
        : `Held for you until ${local.timeWithOffset(until)}.`,
  };
}

function describePlace({ counter, time }: Place): string {
  const { department, branch } = counter;
  return [
    `${department.title} at ${branch.title}`,
    localTime(branch.timeZone).dayAndTime(time.startsAt),
    branch.address,
  ].join("\n");
}

function idsOf({ counter, time }: Place) {
  return {
    department: counter.department.id,
    location: counter.id,
    date: time.day,
    time: timeId(time),
  };
}
