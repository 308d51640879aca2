// What the person holding the phone does next. Two kinds of person: one whose answers are in a file, one at a terminal.

import type { JsonValue } from "../../flow-json/json-value.ts";
import type { PressTarget } from "../../phone/phone.ts";
import type { View } from "../../phone/view.ts";

export type Act =
  | { readonly kind: "fill"; readonly name: string; readonly value: JsonValue }
  | { readonly kind: "press"; readonly target: PressTarget }
  | { readonly kind: "back" }
  /** Puts the phone away. */
  | { readonly kind: "stop" };

export interface Person {
  /**
   * Decides on the screen that is shown.
   *
   * @throws CommandFailed when there is no answer to be had
   */
  decide(view: View): Promise<Act>;
  /**
   * The last act could not be done; `reason` says why.
   *
   * @throws CommandFailed when there is nothing else to try
   */
  refused(reason: string): void;
}
