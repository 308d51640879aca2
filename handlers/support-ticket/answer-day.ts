// By when a request is answered: on the next working day, as the business counts days.

/** Where the service desk sits. */
const TIME_ZONE = "Europe/Berlin";

/** The language the flow is written in. */
const LOCALE = "en-GB";

const DAY_MS = 24 * 60 * 60 * 1000;

const localDay = new Intl.DateTimeFormat("en-CA", { timeZone: TIME_ZONE });
const longDay = new Intl.DateTimeFormat(LOCALE, {
  timeZone: "UTC",
  weekday: "long",
  day: "numeric",
  month: "long",
});

/** `YYYY-MM-DD`: the first Monday to Friday after the day it is at the business. */
export function answerDay(now: Date): string {
  // A calendar day, counted at UTC, where every day has 24 hours.
  let day = new Date(localDay.format(now));
  do {
    day = new Date(day.getTime() + DAY_MS);
  } while (day.getUTCDay() === 0 || day.getUTCDay() === 6);
  return day.toISOString().slice(0, 10);
}

/** `Tuesday 5 May` */
export function dayInWords(day: string): string {
  return longDay.format(new Date(day));
}
