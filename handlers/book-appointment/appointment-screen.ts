// The APPOINTMENT screen: four lists, each open once the one before it is settled. Given the same choice it always
// looks the same, so whatever a user changes, what is still offered stays chosen and the rest is cleared.

import type { ScreenData } from "flowpoint";
import { type Choice, type Offer, timeId } from "./calendar.ts";
import type { flow } from "./contract.gen.ts";
import type { Counter } from "./counters.ts";
import { localTime } from "./local-time.ts";

type Option = { readonly id: string; readonly title: string; readonly description?: string };

const INTRODUCTION = "What is it about, and when can you come?";
const NOTHING_FREE = "Nothing is free there for two weeks. Please choose another location.";

/** @param notice  what the user should know before they choose; by default, what the screen is for */
export function appointmentScreen(
  offer: Offer,
  choice: Choice,
  notice?: string,
): ScreenData<typeof flow, "APPOINTMENT"> {
  const departments = departmentOptions(offer.counters);
  const locations = locationOptions(offer.counters, choice);
  const dates = dateOptions(offer);
  const times = timeOptions(offer, choice);
  const isFull = offer.counter !== null && dates.length === 0;
  return {
    notice: notice ?? (isFull ? NOTHING_FREE : INTRODUCTION),
    department: departments,
    location: orPlaceholder(locations, "Choose a department first"),
    is_location_enabled: locations.length > 0,
    date: orPlaceholder(dates, "Choose a location first"),
    is_date_enabled: dates.length > 0,
    time: orPlaceholder(times, "Choose a date first"),
    is_time_enabled: times.length > 0,
  };
}

function departmentOptions(counters: readonly Counter[]): Option[] {
  const titles = new Map(counters.map(({ department }) => [department.id, department.title]));
  return [...titles].map(([id, title]) => ({ id, title }));
}

function locationOptions(counters: readonly Counter[], { department }: Choice): Option[] {
  return counters
    .filter((counter) => counter.department.id === department)
    .map(({ id, branch }) => ({ id, title: branch.title, description: branch.address }));
}

function dateOptions({ counter, times }: Offer): Option[] {
  if (counter === null) return [];
  const local = localTime(counter.branch.timeZone);
  const titles = new Map(times.map(({ day, startsAt }) => [day, local.day(startsAt)]));
  return [...titles].map(([id, title]) => ({ id, title }));
}

function timeOptions({ counter, times }: Offer, { date }: Choice): Option[] {
  if (counter === null) return [];
  const local = localTime(counter.branch.timeZone);
  return times
    .filter(({ day }) => day === date)
    .map((time) => ({ id: timeId(time), title: local.time(time.startsAt) }));
}

/** A Dropdown wants at least one option, even while it is disabled. This one is no id of anything. */
function orPlaceholder(options: Option[], title: string): Option[] {
  return options.length > 0 ? options : [{ id: "none", title }];
}
