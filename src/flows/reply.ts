// The four answers a handler can give. Typed so that a screen that cannot follow, or data that the screen's model
// does not accept, does not compile; the same is checked again at run time before anything is sent.

import type { FlowContract } from "./define-flow.ts";
import type {
  DataArgument,
  EntryScreen,
  ReachableScreen,
  ScreenData,
  ScreenId,
} from "./flow-types.ts";
import type { Outcome } from "./outcome.ts";

/** Answers to INIT: the flow is opening, so only an entry screen can be shown. */
export interface InitReply<F extends FlowContract, Finish> {
  /** Opens the flow on an entry screen (one that no route leads to). */
  show<T extends EntryScreen<F>>(screen: T, ...data: DataArgument<ScreenData<F, T>>): Outcome;
  /** Closes the flow with `params`, which the completion will carry; `flow_token` is added. */
  finish(...params: DataArgument<Finish>): Outcome;
  /** Ends the message for good: its button is disabled and `message` is shown (HTTP 427). */
  expire(message: string): Outcome;
}

/** Answers to a data_exchange or BACK from screen `S`. */
export interface Reply<F extends FlowContract, S extends ScreenId<F>, Finish> {
  /**
   * Shows a screen: this one again, or one that a route joins to it in either direction.
   *
   * Errors on single fields are ordinary data: show the same screen with the value that its `error-messages` or
   * `error-message` is bound to.
   */
  show<T extends ReachableScreen<F, S>>(
    screen: T,
    ...data: DataArgument<ScreenData<F, T>>
  ): Outcome;
  /** Keeps the user on this screen and shows `message` in a snackbar (`error_message`). */
  reject(message: string, ...data: DataArgument<ScreenData<F, S>>): Outcome;
  /** Closes the flow with `params`, which the completion will carry; `flow_token` is added. */
  finish(...params: DataArgument<Finish>): Outcome;
  /** Ends the message for good: its button is disabled and `message` is shown (HTTP 427). */
  expire(message: string): Outcome;
}

/** The one object behind every `reply`; stateless, since the types carry all that differs. */
export const reply = {
  show: (screen: string, data: unknown = {}): Outcome => ({ kind: "show", screen, data }),
  reject: (message: string, data: unknown = {}): Outcome => ({ kind: "reject", message, data }),
  finish: (params: unknown = {}): Outcome => ({ kind: "finish", params }),
  expire: (message: string): Outcome => ({ kind: "expire", message }),
};
