// Erases a user: everything here that holds the user's id, phone number or answers, and what handlers keep of them.

import type { LoadedFlow } from "../flows/loaded-flow.ts";
import type { HandlerTransaction } from "../flows/services.ts";
import type { MediaStore } from "./ports.ts";

/** How many of each kind are gone. */
export type Erased = {
  readonly completions: number;
  readonly quarantined: number;
  /** Flows whose handler erased as well. */
  readonly flows: readonly string[];
};

/** What a handler erases, in its own schema. */
export type EraseInFlow = {
  readonly flow: string;
  readonly erase: (user: string, trx: HandlerTransaction) => unknown;
};

export interface EraseStore {
  /**
   * Erases all that the database holds of a user, in one transaction.
   *
   * @param user  business-scoped id or phone number; whichever else is known to be the same user's is erased with it
   * @returns ids of the completions that are gone
   */
  erase(
    user: string,
    inFlows: readonly EraseInFlow[],
  ): Promise<{ readonly completionIds: readonly string[]; readonly quarantined: number }>;
}

export async function eraseUser(
  deps: {
    readonly store: EraseStore;
    readonly media: MediaStore;
    readonly flows: readonly LoadedFlow[];
  },
  user: string,
): Promise<Erased> {
  const inFlows = deps.flows.flatMap(({ name, behaviour: { erase } }) =>
    erase === null ? [] : [{ flow: name, erase }],
  );
  const { completionIds, quarantined } = await deps.store.erase(user, inFlows);
  for (const id of completionIds) await deps.media.remove(id);
  return {
    completions: completionIds.length,
    quarantined,
    flows: inFlows.map(({ flow }) => flow),
  };
}
