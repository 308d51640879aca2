// One month to pick a day from. Arrow keys move by day and week, Page Up and Down by month.

import type { JSX, TargetedKeyboardEvent } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { today } from "../browser-clock.ts";
import {
  addDays,
  addMonths,
  clampDay,
  type DayLimits,
  formatDay,
  isPickable,
  monthNames,
  weekdayNames,
  weeksOf,
} from "./calendar-dates.ts";

export function MonthGrid({
  limits,
  start,
  end,
  onPick,
}: {
  readonly limits: DayLimits;
  /** The day chosen, or the first of a range. */
  readonly start: string | null;
  readonly end: string | null;
  readonly onPick: (day: string) => void;
}): JSX.Element {
  const [at, setAt] = useState(() => clampDay(start ?? today(), limits));
  const grid = useRef<HTMLTableElement>(null);
  const byKey = useRef(true);
  useLayoutEffect(() => {
    if (byKey.current) grid.current?.querySelector<HTMLElement>("[tabindex='0']")?.focus();
    byKey.current = false;
  }, [at]);
  const go = (day: string): void => setAt(clampDay(day, limits));

  const onKeyDown = (event: TargetedKeyboardEvent<HTMLTableElement>): void => {
    const isRtl = getComputedStyle(event.currentTarget).direction === "rtl";
    const next = dayByKey(event.key, at, isRtl);
    if (next === null) return;
    event.preventDefault();
    byKey.current = true;
    go(next);
  };

  return (
    <div class="wa-month">
      <MonthHead at={at} limits={limits} onGo={go} />
      <table
        role="grid"
        aria-label={`${monthNames()[Number(at.slice(5, 7)) - 1] ?? ""} ${at.slice(0, 4)}`}
        ref={grid}
        onKeyDown={onKeyDown}
      >
        <thead>
          <tr>
            {weekdayNames().map((name, index) => (
              <th key={index} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(at).map((week) => (
            <tr key={week[0]}>
              {week.map((day) => (
                <td key={day} role="gridcell" aria-selected={day === start || day === end}>
                  <button
                    type="button"
                    class={dayClass(day, at, start, end)}
                    tabIndex={day === at ? 0 : -1}
                    aria-label={formatDay(day, "full")}
                    aria-disabled={!isPickable(day, limits)}
                    aria-current={day === today() ? "date" : undefined}
                    onClick={() => isPickable(day, limits) && onPick(day)}
                  >
                    {Number(day.slice(8))}
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function MonthHead({
  at,
  limits,
  onGo,
}: {
  readonly at: string;
  readonly limits: DayLimits;
  readonly onGo: (day: string) => void;
}): JSX.Element {
  const year = Number(at.slice(0, 4));
  const [first, last] = [Number(limits.min.slice(0, 4)), Number(limits.max.slice(0, 4))];
  const years = Array.from(
    { length: Math.max(1, last - first + 1) },
    (_year, index) => first + index,
  );
  const isFirst = at.slice(0, 7) <= limits.min.slice(0, 7);
  const isLast = at.slice(0, 7) >= limits.max.slice(0, 7);
  return (
    <div class="wa-month-head">
      <button
        type="button"
        class="wa-icon"
        aria-label="Previous month"
        disabled={isFirst}
        onClick={() => onGo(addMonths(at, -1))}
      >
        ‹
      </button>
      <select
        aria-label="Month"
        value={at.slice(5, 7)}
        onChange={({ currentTarget }) =>
          onGo(addMonths(at, Number(currentTarget.value) - Number(at.slice(5, 7))))
        }
      >
        {monthNames().map((name, index) => (
          <option key={name} value={String(index + 1).padStart(2, "0")}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label="Year"
        value={String(year)}
        onChange={({ currentTarget }) =>
          onGo(addMonths(at, (Number(currentTarget.value) - year) * 12))
        }
      >
        {years.map((each) => (
          <option key={each} value={String(each)}>
            {each}
          </option>
        ))}
      </select>
      <button
        type="button"
        class="wa-icon"
        aria-label="Next month"
        disabled={isLast}
        onClick={() => onGo(addMonths(at, 1))}
      >
        ›
      </button>
    </div>
  );
}

function dayByKey(key: string, at: string, isRtl: boolean): string | null {
  switch (key) {
    case "ArrowLeft":
      return addDays(at, isRtl ? 1 : -1);
    case "ArrowRight":
      return addDays(at, isRtl ? -1 : 1);
    case "ArrowUp":
      return addDays(at, -7);
    case "ArrowDown":
      return addDays(at, 7);
    case "PageUp":
      return addMonths(at, -1);
    case "PageDown":
      return addMonths(at, 1);
    default:
      return null;
  }
}

function dayClass(day: string, at: string, start: string | null, end: string | null): string {
  const isBetween = start !== null && end !== null && day > start && day < end;
  return [
    "wa-day",
    day.slice(0, 7) === at.slice(0, 7) ? "" : "is-outside",
    day === start || day === end ? "is-chosen" : "",
    isBetween ? "is-between" : "",
  ]
    .filter(Boolean)
    .join(" ");
}
