// A flow's picture: its initials on a colour of its own.

import type { JSX } from "preact";

const COLORS = 6;

export function FlowAvatar({ flow }: { readonly flow: string }): JSX.Element {
  const letters = flow
    .split("-")
    .map((word) => word.slice(0, 1).toUpperCase())
    .slice(0, 2)
    .join("");
  const sum = Array.from(flow, (letter) => letter.codePointAt(0) ?? 0).reduce((a, b) => a + b, 0);
  return (
    <span class={`avatar is-color-${sum % COLORS}`} aria-hidden="true">
      {letters}
    </span>
  );
}
