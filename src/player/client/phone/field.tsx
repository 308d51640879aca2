// What inputs have in common: a helper text, an error that is announced, and how both are tied to the
// input for those who cannot see them.

import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

export type FieldIds = {
  readonly input: string;
  readonly describedBy: string | undefined;
};

export function Field({
  helper,
  error,
  counter,
  children,
}: {
  readonly helper: string;
  readonly error: string;
  /** Such as `12/600`. */
  readonly counter?: string;
  readonly children: (ids: FieldIds) => ComponentChildren;
}): JSX.Element {
  const id = useId();
  const describedBy = [helper === "" ? "" : `${id}-help`, error === "" ? "" : `${id}-error`]
    .filter(Boolean)
    .join(" ");
  return (
    <div class={error === "" ? "wa-field" : "wa-field has-error"}>
      {children({ input: id, describedBy: describedBy === "" ? undefined : describedBy })}
      <div class="wa-under">
        <span class="wa-under-texts">
          <span id={`${id}-error`} class="wa-error" role="alert" dir="auto">
            {error}
          </span>
          {helper !== "" && (
            <span id={`${id}-help`} class="wa-help" dir="auto">
              {helper}
            </span>
          )}
        </span>
        {counter !== undefined && <span class="wa-counter">{counter}</span>}
      </div>
    </div>
  );
}

/** A label that says whether an answer may be left out, as clients do. */
export function LabelText({
  label,
  required,
}: {
  readonly label: string;
  readonly required: boolean;
}): JSX.Element {
  return (
    <>
      {label}
      {!required && <span class="wa-optional"> (optional)</span>}
    </>
  );
}
