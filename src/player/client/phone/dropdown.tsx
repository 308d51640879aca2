// Dropdown: a box that opens a sheet with the options.

import type { JSX, TargetedKeyboardEvent } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { asText } from "../../../flow-json/evaluate.ts";
import type { OfferedOption } from "../../../phone/offered-options.ts";
import type { ViewComponent } from "../../../phone/view.ts";
import { BottomSheet } from "./bottom-sheet.tsx";
import { Field, LabelText } from "./field.tsx";
import { problemText } from "./input-problem.ts";
import { OptionPicture, OptionTexts } from "./option-row.tsx";
import { ClearButton, useSheetInput } from "./sheet-input.tsx";

export function Dropdown({ component }: { readonly component: ViewComponent }): JSX.Element {
  const sheet = useSheetInput(component);
  const { properties, options, value, required, enabled } = component;
  const label = asText(properties["label"]);
  const chosen = options?.find(({ id }) => id === value);
  const error = problemText(component, sheet.isTouched);
  return (
    <Field helper="" error={error}>
      {(ids) => (
        <>
          <div class={chosen === undefined ? "wa-box is-button" : "wa-box is-button is-filled"}>
            <span class="wa-box-label" id={`${ids.input}-label`} dir="auto">
              <LabelText label={label} required={required} />
            </span>
            <button
              type="button"
              id={ids.input}
              role="combobox"
              aria-haspopup="dialog"
              aria-expanded={sheet.isOpen}
              aria-labelledby={`${ids.input}-label ${ids.input}`}
              aria-required={required}
              aria-invalid={error !== ""}
              aria-describedby={ids.describedBy}
              disabled={!enabled}
              onClick={sheet.open}
            >
              <span class="wa-box-value" dir="auto">
                {chosen?.title ?? ""}
              </span>
              <span class="wa-chevron" aria-hidden="true" />
            </button>
          </div>
          {sheet.isOpen && (
            <BottomSheet title={label} onClose={sheet.close}>
              <OptionList
                label={label}
                options={options ?? []}
                chosenId={chosen?.id ?? null}
                onChoose={({ id }) => sheet.choose(id)}
              />
              {chosen !== undefined && !required && <ClearButton sheet={sheet} />}
            </BottomSheet>
          )}
        </>
      )}
    </Field>
  );
}

/** Arrow keys move, letters jump, Enter chooses. */
function OptionList({
  label,
  options,
  chosenId,
  onChoose,
}: {
  readonly label: string;
  readonly options: readonly OfferedOption[];
  readonly chosenId: string | null;
  readonly onChoose: (option: OfferedOption) => void;
}): JSX.Element {
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      options.findIndex((option) => option.id === chosenId),
    ),
  );
  useLayoutEffect(() => list.current?.focus(), []);
  useLayoutEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);

  const onKeyDown = (event: TargetedKeyboardEvent<HTMLUListElement>): void => {
    const option = options[at];
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (option?.enabled === true) onChoose(option);
      return;
    }
    const next = moveTo(event.key, at, options);
    if (next === null) return;
    event.preventDefault();
    setAt(next);
  };

  return (
    <ul
      class="wa-list-box"
      role="listbox"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={options.length === 0 ? undefined : `${id}-${at}`}
      ref={list}
      onKeyDown={onKeyDown}
    >
      {options.map((option, index) => (
        <li
          key={`${option.id} ${index}`}
          id={`${id}-${index}`}
          role="option"
          class={index === at ? "wa-option is-active" : "wa-option"}
          aria-selected={option.id === chosenId}
          aria-disabled={!option.enabled}
          onClick={() => option.enabled && onChoose(option)}
        >
          <OptionPicture option={option} isLarge={false} />
          <OptionTexts option={option} />
          <span class="wa-radio" aria-hidden="true" />
        </li>
      ))}
    </ul>
  );
}

function moveTo(key: string, at: number, options: readonly OfferedOption[]): number | null {
  const last = options.length - 1;
  switch (key) {
    case "ArrowDown":
      return Math.min(last, at + 1);
    case "ArrowUp":
      return Math.max(0, at - 1);
    case "Home":
      return 0;
    case "End":
      return last;
    default: {
      if (key.length !== 1) return null;
      const order = [...options.keys()].map((index) => (at + 1 + index) % options.length);
      const starts = (index: number): boolean =>
        options[index]?.title.toLowerCase().startsWith(key.toLowerCase()) === true;
      return order.find(starts) ?? null;
    }
  }
}
