// A sheet that comes up over the screen, to choose something on: it takes the focus, keeps it, and
// gives it back when it goes.

import type { ComponentChildren, JSX, TargetedKeyboardEvent } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

const FOCUSABLE = "button:not(:disabled), input, select, [tabindex='0']";

export function BottomSheet({
  title,
  onClose,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  const id = useId();
  const sheet = useRef<HTMLDivElement>(null);
  const opener = useRef(document.activeElement);
  useLayoutEffect(() => {
    // What is in the sheet may have taken the focus itself.
    if (sheet.current?.contains(document.activeElement) !== true) {
      sheet.current?.querySelector<HTMLElement>(FOCUSABLE)?.focus();
    }
    return () => {
      if (opener.current instanceof HTMLElement) opener.current.focus();
    };
  }, []);

  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    if (event.key === "Escape") {
      event.stopPropagation();
      onClose();
    }
    if (event.key !== "Tab") return;
    const stops = [...event.currentTarget.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
      ({ tabIndex }) => tabIndex >= 0,
    );
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
  };

  return (
    <div
      class="wa-sheet-cover"
      onClick={(event) => event.target === event.currentTarget && onClose()}
    >
      <div
        class="wa-sheet"
        role="dialog"
        aria-modal="true"
        aria-labelledby={id}
        ref={sheet}
        onKeyDown={onKeyDown}
      >
        <div class="wa-sheet-head">
          <h3 id={id} dir="auto">
            {title}
          </h3>
          <button type="button" class="wa-icon" aria-label="Close" onClick={onClose}>
            ✕
          </button>
        </div>
        {children}
      </div>
    </div>
  );
}
