// TextInput and TextArea.

import type { JSX, TargetedInputEvent } from "preact";
import { useState } from "preact/hooks";
import { asText } from "../../../flow-json/evaluate.ts";
import type { ViewComponent } from "../../../phone/view.ts";
import { usePlayer } from "../player-context.ts";
import { Field, LabelText } from "./field.tsx";
import { problemText } from "./input-problem.ts";

/** A number is typed as text: thousands separators and exponents are allowed. */
const INPUT_TYPES = {
  text: { type: "text", inputMode: "text" },
  number: { type: "text", inputMode: "decimal" },
  email: { type: "email", inputMode: "email" },
  password: { type: "password", inputMode: "text" },
  passcode: { type: "password", inputMode: "numeric" },
  phone: { type: "tel", inputMode: "tel" },
} as const;

function inputTypeOf(written: string): (typeof INPUT_TYPES)[keyof typeof INPUT_TYPES] {
  // hasOwn says that it is one of the table's keys.
  return Object.hasOwn(INPUT_TYPES, written)
    ? INPUT_TYPES[written as keyof typeof INPUT_TYPES]
    : INPUT_TYPES.text;
}

type Props = { readonly component: ViewComponent };

export function TextInput({ component }: Props): JSX.Element {
  const { properties, value, required, enabled } = component;
  const input = useTypedInput(component);
  const label = asText(properties["label"]);
  return (
    <Field helper={asText(properties["helper-text"])} error={input.error}>
      {(ids) => (
        <div class={boxClass(component)}>
          <label for={ids.input} dir="auto">
            <LabelText label={label} required={required} />
          </label>
          <input
            id={ids.input}
            {...inputTypeOf(asText(properties["input-type"]))}
            autocomplete="off"
            dir="auto"
            placeholder=" "
            value={asText(value)}
            disabled={!enabled}
            required={required}
            aria-invalid={input.error !== ""}
            aria-describedby={ids.describedBy}
            onInput={input.onInput}
            onBlur={input.onBlur}
          />
        </div>
      )}
    </Field>
  );
}

export function TextArea({ component }: Props): JSX.Element {
  const { properties, value, required, enabled } = component;
  const input = useTypedInput(component);
  const max = typeof properties["max-length"] === "number" ? properties["max-length"] : 600;
  const text = asText(value);
  return (
    <Field
      helper={asText(properties["helper-text"])}
      error={input.error}
      counter={`${Array.from(text).length}/${max}`}
    >
      {(ids) => (
        <div class={`${boxClass(component)} is-area`}>
          <label for={ids.input} dir="auto">
            <LabelText label={asText(properties["label"])} required={required} />
          </label>
          <textarea
            id={ids.input}
            rows={3}
            dir="auto"
            placeholder=" "
            value={text}
            disabled={!enabled}
            required={required}
            aria-invalid={input.error !== ""}
            aria-describedby={ids.describedBy}
            onInput={input.onInput}
            onBlur={input.onBlur}
          />
        </div>
      )}
    </Field>
  );
}

function boxClass({ properties }: ViewComponent): string {
  return properties["label-variant"] === "large" ? "wa-box is-large" : "wa-box";
}

type TypedInput = {
  readonly error: string;
  readonly onInput: (event: TargetedInputEvent<HTMLInputElement | HTMLTextAreaElement>) => void;
  readonly onBlur: () => void;
};

/** Nobody is told of a mistake while still typing; from the first time on the input is left, at once. */
function useTypedInput(component: ViewComponent): TypedInput {
  const player = usePlayer();
  const [isTouched, setTouched] = useState(false);
  const { name } = component;
  return {
    error: problemText(component, isTouched),
    onInput: ({ currentTarget: { value } }) => {
      if (name !== null) player.fill(name, value === "" ? null : value);
    },
    onBlur: () => setTouched(true),
  };
}
