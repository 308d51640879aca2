// Type-level reading of a contract: which screens exist, what they take and give, and what may follow what.
// Nothing here exists at run time; `check-outcome.ts` is the run-time twin.

import type { z } from "zod";
import type { FlowContract } from "./define-flow.ts";

export type ScreenId<F extends FlowContract> = keyof F["screens"] & string;

/** What an answer that shows screen `S` must hold. */
export type ScreenData<F extends FlowContract, S extends ScreenId<F>> = z.input<
  F["screens"][S]["data"]
>;

/** What a data_exchange from screen `S` brings, after validation. */
export type ScreenInput<
  F extends FlowContract,
  S extends ScreenId<F>,
> = F["screens"][S]["input"] extends z.ZodType ? z.output<F["screens"][S]["input"]> : never;

/** Screens whose actions call the endpoint. */
export type ExchangeScreen<F extends FlowContract> = {
  [S in ScreenId<F>]: F["screens"][S]["input"] extends null ? never : S;
}[ScreenId<F>];

/** Screens whose leaving calls the endpoint. */
export type BackScreen<F extends FlowContract> = {
  [S in ScreenId<F>]: F["screens"][S]["refreshOnBack"] extends true ? S : never;
}[ScreenId<F>];

export type EntryScreen<F extends FlowContract> = F["entryScreens"][number] & ScreenId<F>;

type ForwardScreen<F extends FlowContract, S> = S extends keyof F["routes"]
  ? F["routes"][S][number]
  : never;

type BackwardScreen<F extends FlowContract, S> = {
  [R in keyof F["routes"]]: S extends F["routes"][R][number] ? R : never;
}[keyof F["routes"]];

/** Screens that may be shown in answer to a request from `S`: itself, and both ends of its routes. */
export type ReachableScreen<F extends FlowContract, S extends ScreenId<F>> = ScreenId<F> &
  (S | ForwardScreen<F, S> | BackwardScreen<F, S>);

/** `data` may be left out only where the model requires nothing. */
export type DataArgument<D> =
  Record<never, never> extends D ? readonly [data?: D] : readonly [data: D];
