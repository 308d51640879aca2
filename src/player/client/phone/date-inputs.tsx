// DatePicker and CalendarPicker: boxes that open a calendar.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { asText } from "../../../flow-json/evaluate.ts";
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../../flow-json/json-value.ts";
import type { ViewComponent } from "../../../phone/view.ts";
import { BottomSheet } from "./bottom-sheet.tsx";
import { addDays, daysBetween, type DayLimits, formatDay } from "./calendar-dates.ts";
import { Field, LabelText } from "./field.tsx";
import { describeProblem, problemText } from "./input-problem.ts";
import { MonthGrid } from "./month-grid.tsx";
import { ClearButton, useSheetInput } from "./sheet-input.tsx";

type Props = { readonly component: ViewComponent };

/** Also a CalendarPicker in single mode, which differs in nothing that is seen. */
export function DatePicker({ component }: Props): JSX.Element {
  const sheet = useSheetInput(component);
  const { properties, value, required, enabled } = component;
  const label = asText(properties["label"]);
  const day = typeof value === "string" ? value : null;
  return (
    <>
      <DateBox
        label={label}
        helper={asText(properties["helper-text"])}
        error={problemText(component, sheet.isTouched)}
        required={required}
        enabled={enabled}
        day={day}
        onOpen={sheet.open}
      />
      {sheet.isOpen && (
        <BottomSheet title={label} onClose={sheet.close}>
          <MonthGrid limits={limitsOf(properties)} start={day} end={null} onPick={sheet.choose} />
          {day !== null && !required && <ClearButton sheet={sheet} />}
        </BottomSheet>
      )}
    </>
  );
}

export function CalendarPicker({ component }: Props): JSX.Element {
  if (component.properties["mode"] !== "range") return <DatePicker component={component} />;
  return <RangePicker component={component} />;
}

/** The first day picked begins the range, the second ends it and closes the calendar. */
function RangePicker({ component }: Props): JSX.Element {
  const sheet = useSheetInput(component);
  const [begun, setBegun] = useState<string | null>(null);
  const { properties, value, enabled } = component;
  const range = isJsonObject(value) ? value : {};
  const [start, end] = [dayOf(range["start-date"]), dayOf(range["end-date"])];
  const part = (property: string, side: "start-date" | "end-date"): JsonValue => {
    const both = properties[property];
    return isJsonObject(both) ? (both[side] ?? null) : null;
  };
  const error = (side: "start-date" | "end-date"): string =>
    errorOf(component, side, sheet.isTouched);
  const title = asText(properties["title"]);
  const description = asText(properties["description"]);

  const close = (): void => {
    sheet.close();
    setBegun(null);
  };
  const pick = (day: string): void => {
    if (begun === null || day < begun) {
      setBegun(day);
      return;
    }
    setBegun(null);
    sheet.choose({ "start-date": begun, "end-date": day });
  };

  return (
    <div class="wa-range" role="group" aria-label={title || asText(part("label", "start-date"))}>
      {title !== "" && (
        <h4 class="wa-subheading" dir="auto">
          {title}
        </h4>
      )}
      {description !== "" && (
        <p class="wa-caption" dir="auto">
          {description}
        </p>
      )}
      {(["start-date", "end-date"] as const).map((side) => (
        <DateBox
          key={side}
          label={asText(part("label", side))}
          helper={asText(part("helper-text", side))}
          error={error(side)}
          required={part("required", side) === true}
          enabled={enabled}
          day={side === "start-date" ? start : end}
          onOpen={sheet.open}
        />
      ))}
      {sheet.isOpen && (
        <BottomSheet title={title || asText(part("label", "start-date"))} onClose={close}>
          <p class="wa-caption wa-sheet-note" aria-live="polite">
            {begun === null
              ? asText(part("label", "start-date"))
              : `${formatDay(begun, "medium")} – ${asText(part("label", "end-date"))}`}
          </p>
          <MonthGrid
            limits={begun === null ? limitsOf(properties) : endLimits(properties, begun)}
            start={begun ?? start}
            end={begun === null ? end : null}
            onPick={pick}
          />
        </BottomSheet>
      )}
    </div>
  );
}

function DateBox({
  label,
  helper,
  error,
  required,
  enabled,
  day,
  onOpen,
}: {
  readonly label: string;
  readonly helper: string;
  readonly error: string;
  readonly required: boolean;
  readonly enabled: boolean;
  readonly day: string | null;
  readonly onOpen: () => void;
}): JSX.Element {
  return (
    <Field helper={helper} error={error}>
      {(ids) => (
        <div class={day === null ? "wa-box is-button" : "wa-box is-button is-filled"}>
          <span class="wa-box-label" id={`${ids.input}-label`} dir="auto">
            <LabelText label={label} required={required} />
          </span>
          <button
            type="button"
            id={ids.input}
            aria-haspopup="dialog"
            aria-labelledby={`${ids.input}-label ${ids.input}`}
            aria-describedby={ids.describedBy}
            disabled={!enabled}
            onClick={onOpen}
          >
            <span class="wa-box-value">{day === null ? "" : formatDay(day, "medium")}</span>
            <span class="wa-calendar-mark" aria-hidden="true" />
          </button>
        </div>
      )}
    </Field>
  );
}

function errorOf(
  component: ViewComponent,
  side: "start-date" | "end-date",
  isTouched: boolean,
): string {
  const { error, problem, value } = component;
  if (isJsonObject(error)) return asText(error[side]);
  if (typeof error === "string") return side === "start-date" ? error : "";
  if (!isTouched || problem === null) return "";
  const isHalf = isJsonObject(value) && dayOf(value["end-date"]) === null;
  return (side === "end-date") === isHalf ? describeProblem(component, problem) : "";
}

function dayOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** Meta's own range where the flow gives none. */
function limitsOf(properties: JsonObject): DayLimits {
  const { "unavailable-dates": unavailable, "include-days": days } = properties;
  return {
    min: dayOf(properties["min-date"]) ?? "1900-01-01",
    max: dayOf(properties["max-date"]) ?? "2100-12-31",
    unavailable: new Set(isJsonArray(unavailable) ? unavailable.map(asText) : []),
    weekdays: isJsonArray(days) ? new Set(days.map(asText)) : null,
  };
}

function endLimits(properties: JsonObject, start: string): DayLimits {
  const limits = limitsOf(properties);
  const { "min-days": least, "max-days": most } = properties;
  const earliest = addDays(start, typeof least === "number" ? least : 0);
  const room = typeof most === "number" ? most : daysBetween(start, limits.max);
  const latest = addDays(start, room);
  return {
    ...limits,
    // A day before the start begins another range.
    unavailable: new Set([
      ...limits.unavailable,
      ...Array.from({ length: Math.max(0, daysBetween(start, earliest)) }, (_day, index) =>
        addDays(start, index),
      ),
    ]),
    max: latest < limits.max ? latest : limits.max,
  };
}
