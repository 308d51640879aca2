// Instants as people at a branch would say them. Where the clocks are put back, some times of that day come twice;
// those are told apart by their offset from GMT.

export interface LocalTime {
  /** `Monday 4 May` */
  day(instant: Date): string;
  /** `10:00`; `02:30 GMT+2` where there is another 02:30 that day */
  time(instant: Date): string;
  /** `Monday 4 May 2026, 10:00` */
  dayAndTime(instant: Date): string;
  /** `10:00 GMT+2`, for readers who may be elsewhere */
  timeWithOffset(instant: Date): string;
}

/** The language the flow is written in. */
const LOCALE = "en-GB";

/** How far clocks are put back anywhere: half an hour on Lord Howe Island, two hours at Troll, one hour elsewhere. */
const SHIFTS_MINUTES = [30, 60, 120];

/** @param timeZone  IANA name */
export function localTime(timeZone: string): LocalTime {
  const format = (options: Intl.DateTimeFormatOptions): ((instant: Date) => string) => {
    const formatter = new Intl.DateTimeFormat(LOCALE, { timeZone, ...options });
    return (instant) => formatter.format(instant);
  };
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const day = format({ weekday: "long", day: "numeric", month: "long" });
  const dayOfYear = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const clockTime = format(clock);
  const timeWithOffset = format({ ...clock, timeZoneName: "shortOffset" });

  const onTheWall = (instant: Date): string => `${dayOfYear(instant)} ${clockTime(instant)}`;
  const comesTwice = (instant: Date): boolean =>
    SHIFTS_MINUTES.flatMap((minutes) => [minutes, -minutes])
      .map((minutes) => new Date(instant.getTime() + minutes * 60_000))
      .some((other) => onTheWall(other) === onTheWall(instant));
  const time = (instant: Date): string =>
    comesTwice(instant) ? timeWithOffset(instant) : clockTime(instant);

  return {
    day,
    time,
    dayAndTime: (instant) => `${dayOfYear(instant)}, ${time(instant)}`,
    timeWithOffset,
  };
}
