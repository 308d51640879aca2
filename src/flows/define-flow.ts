// The contract of a flow: what `contract.gen.ts` exports and what everything typed about a handler is derived from.
// It is data only; behaviour is added by `implement`.

import type { z } from "zod";

/** What one screen takes and gives, as derived from `flow.json`. */
export type ScreenContract = {
  /** The screen's `data` model: what an answer that shows this screen must hold. */
  readonly data: z.ZodType<Readonly<Record<string, unknown>>>;
  /** What the screen's data_exchange actions send; `null` where it has none. */
  readonly input: z.ZodType | null;
  /** Whether leaving the screen with the back button sends a BACK request. */
  readonly refreshOnBack: boolean;
  readonly terminal: boolean;
};

/** The zod twin of one `flow.json`. */
export type FlowContract = {
  /** Folder name of the handler and URL segment. */
  readonly name: string;
  /** SHA-256 of the exact bytes of `flow.json`, hex: tells a stale contract. */
  readonly flowJsonSha256: string;
  /** Changes exactly when an already sent message may no longer fit; carried by flow tokens. */
  readonly contractHash: string;
  /** Flow JSON version, for example `"7.3"`. */
  readonly version: string;
  /** `null` for a static flow, which never calls the endpoint. */
  readonly dataApiVersion: string | null;
  /** Screens without inbound routes: the only legal answers to INIT. */
  readonly entryScreens: readonly string[];
  /** Forward routes as declared; the way back along a route is always legal too. */
  readonly routes: Readonly<Record<string, readonly string[]>>;
  readonly screens: Readonly<Record<string, ScreenContract>>;
  /** What `complete` actions of the flow send; `null` where the endpoint ends the flow. */
  readonly completion: z.ZodType | null;
};

/** Keeps the literal types of a generated contract. */
export function defineFlow<const F extends FlowContract>(flow: F): F {
  return flow;
}
