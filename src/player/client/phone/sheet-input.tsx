// What inputs have in common that are filled on a sheet: when it is open, when an error may be shown, how a value gets
// from it to the phone.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { JsonValue } from "../../../flow-json/json-value.ts";
import type { ViewComponent } from "../../../phone/view.ts";
import { usePlayer } from "../player-context.ts";

export type SheetInput = {
  readonly isOpen: boolean;
  /** It was open before: what is missing may be said. */
  readonly isTouched: boolean;
  readonly open: () => void;
  readonly close: () => void;
  /** Closes it and fills the input; `null` empties it. */
  readonly choose: (value: JsonValue) => void;
};

export function useSheetInput({ name }: ViewComponent): SheetInput {
  const player = usePlayer();
  const [isOpen, setOpen] = useState(false);
  const [isTouched, setTouched] = useState(false);
  const close = (): void => {
    setOpen(false);
    setTouched(true);
  };
  return {
    isOpen,
    isTouched,
    open: () => setOpen(true),
    close,
    choose: (value) => {
      close();
      if (name !== null) player.fill(name, value);
    },
  };
}

/** For an input that may be left empty. */
export function ClearButton({ sheet }: { readonly sheet: SheetInput }): JSX.Element {
  return (
    <button type="button" class="wa-link wa-sheet-clear" onClick={() => sheet.choose(null)}>
      Clear
    </button>
  );
}
