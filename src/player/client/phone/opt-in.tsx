// OptIn: a box to tick, with a link to what is agreed to.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { asText } from "../../../flow-json/evaluate.ts";
import type { ViewComponent } from "../../../phone/view.ts";
import { usePlayer } from "../player-context.ts";
import { Field } from "./field.tsx";
import { problemText } from "./input-problem.ts";

export function OptIn({ component }: { readonly component: ViewComponent }): JSX.Element {
  const player = usePlayer();
  const [isTouched, setTouched] = useState(false);
  const { name, properties, value, required, enabled, pressable } = component;
  return (
    <Field helper="" error={problemText(component, isTouched)}>
      {(ids) => (
        <div class="wa-opt-in">
          <input
            id={ids.input}
            type="checkbox"
            checked={value === true}
            disabled={!enabled}
            required={required}
            aria-describedby={ids.describedBy}
            onChange={({ currentTarget: { checked } }) => {
              setTouched(true);
              if (name !== null) player.fill(name, checked);
            }}
          />
          <span>
            <label for={ids.input} dir="auto">
              {asText(properties["label"])}
            </label>{" "}
            {pressable && name !== null && (
              <button
                type="button"
                class="wa-link"
                onClick={() => player.press({ kind: "opt-in", name })}
              >
                Read more
              </button>
            )}
          </span>
        </div>
      )}
    </Field>
  );
}
