// CheckboxGroup, RadioButtonsGroup and ChipsSelector.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { asText } from "../../../flow-json/evaluate.ts";
import { isJsonArray, type JsonValue } from "../../../flow-json/json-value.ts";
import type { OfferedOption } from "../../../phone/offered-options.ts";
import type { ViewComponent } from "../../../phone/view.ts";
import { usePlayer } from "../player-context.ts";
import { Field, LabelText } from "./field.tsx";
import { problemText } from "./input-problem.ts";
import { OptionPicture, OptionTexts } from "./option-row.tsx";

type Props = { readonly component: ViewComponent };

export function ChoiceGroup({ component }: Props): JSX.Element {
  const { type, options, value, enabled, properties } = component;
  const choice = useChoice(component);
  const isLarge = properties["media-size"] === "large";
  return (
    <Group component={component} error={choice.error}>
      {(name) => (
        <div class="wa-options">
          {(options ?? []).map((option, index) => (
            <label key={`${option.id} ${index}`} class="wa-option">
              <OptionPicture option={option} isLarge={isLarge} />
              <OptionTexts option={option} />
              <input
                type={type === "CheckboxGroup" ? "checkbox" : "radio"}
                name={name}
                checked={isChosen(value, option)}
                disabled={!enabled || !option.enabled}
                onChange={({ currentTarget }) => choice.set(option, currentTarget.checked)}
              />
            </label>
          ))}
        </div>
      )}
    </Group>
  );
}

export function ChipsSelector({ component }: Props): JSX.Element {
  const { options, value, enabled } = component;
  const choice = useChoice(component);
  return (
    <Group component={component} error={choice.error}>
      {() => (
        <div class="wa-chips">
          {(options ?? []).map((option, index) => (
            <label key={`${option.id} ${index}`} class="wa-chip">
              <input
                type="checkbox"
                checked={isChosen(value, option)}
                disabled={!enabled || !option.enabled}
                onChange={({ currentTarget }) => choice.set(option, currentTarget.checked)}
              />
              <span dir="auto">{option.title}</span>
            </label>
          ))}
        </div>
      )}
    </Group>
  );
}

function Group({
  component: { type, key, properties, required },
  error,
  children,
}: {
  readonly component: ViewComponent;
  readonly error: string;
  /** Given a name that no other group of the page has. */
  readonly children: (name: string) => JSX.Element;
}): JSX.Element {
  const label = asText(properties["label"]);
  const description = asText(properties["description"]);
  return (
    <Field helper="" error={error}>
      {(ids) => (
        <fieldset
          class="wa-group"
          role={type === "RadioButtonsGroup" ? "radiogroup" : "group"}
          aria-describedby={ids.describedBy}
          aria-required={type === "RadioButtonsGroup" ? required : undefined}
        >
          <legend dir="auto">
            {label === "" ? "" : <LabelText label={label} required={required} />}
            {description !== "" && <span class="wa-group-description">{description}</span>}
          </legend>
          {children(key)}
        </fieldset>
      )}
    </Field>
  );
}

type Choice = {
  readonly error: string;
  readonly set: (option: OfferedOption, isOn: boolean) => void;
};

function useChoice(component: ViewComponent): Choice {
  const player = usePlayer();
  const [isTouched, setTouched] = useState(false);
  const { name, type, value } = component;
  return {
    error: problemText(component, isTouched),
    set: ({ id }, isOn) => {
      setTouched(true);
      if (name === null) return;
      player.fill(name, type === "RadioButtonsGroup" ? id : withChoice(value, id, isOn));
    },
  };
}

/** In the order they were chosen. */
function withChoice(value: JsonValue, id: string, isOn: boolean): JsonValue {
  const others = isJsonArray(value) ? value.filter((each) => each !== id) : [];
  const chosen = isOn ? [...others, id] : others;
  return chosen.length === 0 ? null : chosen;
}

function isChosen(value: JsonValue, { id }: OfferedOption): boolean {
  return value === id || (isJsonArray(value) && value.includes(id));
}
