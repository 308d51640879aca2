// `implement` joins a contract and its behaviour into a handler. It runs nothing: the server calls the factory once
// at boot, and the behaviour once per request.

import type { z } from "zod";
import type { Call, CompletionCall } from "./call.ts";
import type { FlowContract } from "./define-flow.ts";
import type { BackScreen, ExchangeScreen, ScreenId, ScreenInput } from "./flow-types.ts";
import type { Outcome } from "./outcome.ts";
import type { InitReply, Reply } from "./reply.ts";
import type { HandlerTransaction, Services } from "./services.ts";

type MaybePromise<T> = T | Promise<T>;
type Claims = Readonly<Record<string, unknown>>;

/** Accepts flow tokens that another system minted: claims for a good one, `null` for 427. */
export type TokenFunction = (flowToken: string | null) => MaybePromise<Claims | null>;

/** What users read when something other than the handler answers them. */
export type Messages = {
  /** The handler did not answer in time. */
  readonly tooSlow: string;
  /** The handler failed, or too many people came at once. */
  readonly failed: string;
  /** The message's flow token is refused or past its time. */
  readonly expired: string;
  /** The message was sent with an older version of the flow. */
  readonly changed: string;
};

export type HandlerOptions = {
  /** Types `finish` and `completed` where the endpoint ends the flow. */
  readonly completion?: z.ZodType<Readonly<Record<string, unknown>>>;
  /** Which flow tokens are good; default: the server's `FLOW_TOKEN_POLICY`. */
  readonly tokens?: "signed" | "any" | TokenFunction;
  /** What to do about `flow_token_signature` (data API 4.0); default `"off"`. */
  readonly tokenSignature?: "off" | "log" | "enforce";
  /** Milliseconds a request may take, at most 9000; default: `EXCHANGE_DEADLINE_MS`. */
  readonly deadlineMs?: number;
  /** Requests of this flow in flight at once, per instance; default 64. */
  readonly concurrency?: number;
  /** Where this flow's completions are forwarded; default: `FORWARD_URL`. */
  readonly forwardUrl?: string;
  readonly messages?: Partial<Messages>;
};

/** What arrives in `completed`: answers that fit the flow's completion schema, or the text that came instead. */
export type Completion<A> =
  | { readonly kind: "readable"; readonly response: A }
  | { readonly kind: "unreadable"; readonly text: string };

type OptionsCompletion<O> = O extends { readonly completion: z.ZodType } ? O["completion"] : null;

type Finish<O> =
  OptionsCompletion<O> extends z.ZodType
    ? z.input<OptionsCompletion<O>>
    : Readonly<Record<string, unknown>>;

type CompletionAnswers<F extends FlowContract, O> =
  | (OptionsCompletion<O> extends z.ZodType ? z.output<OptionsCompletion<O>> : never)
  | (F["completion"] extends z.ZodType ? z.output<F["completion"]> : never) extends infer A
  ? [A] extends [never]
    ? Readonly<Record<string, unknown>>
    : A
  : never;

type ClaimsOf<O> = O extends {
  readonly tokens: (token: string | null) => MaybePromise<infer C>;
}
  ? NonNullable<C>
  : Claims;

type CommonBehaviour<F extends FlowContract, O> = {
  /**
   * Called from the queue after the completion is stored, at least once. Effects inside `call.once` happen exactly
   * once; give `call.key` to systems outside.
   */
  completed?(
    completion: Completion<CompletionAnswers<F, O>>,
    call: CompletionCall,
  ): MaybePromise<void>;
  /** Deletes what the handler's tables hold of a user. */
  erase?(user: string, trx: HandlerTransaction): MaybePromise<void>;
  /** Called once when the server stops. */
  close?(): MaybePromise<void>;
};

type ExchangeBehaviour<F extends FlowContract, O> = {
  /** The flow is opened. Only sent for messages with `flow_action: data_exchange`: never rely on it having run. */
  init(reply: InitReply<F, Finish<O>>, call: Call<ClaimsOf<O>>): MaybePromise<Outcome>;
  /** One function per screen that has data_exchange actions. */
  exchange: {
    [S in ExchangeScreen<F>]: (
      input: ScreenInput<F, S>,
      reply: Reply<F, S, Finish<O>>,
      call: Call<ClaimsOf<O>>,
    ) => MaybePromise<Outcome>;
  };
};

type BackFunctions<F extends FlowContract, O> = {
  [S in BackScreen<F>]: (
    reply: Reply<F, S & ScreenId<F>, Finish<O>>,
    call: Call<ClaimsOf<O>>,
  ) => MaybePromise<Outcome>;
};

type BackBehaviour<F extends FlowContract, O> = [BackScreen<F>] extends [never]
  ? { back?: Record<never, never> }
  : {
      /** Keyed by the screen that is left; exactly the screens with `refresh_on_back: true`. */
      back: BackFunctions<F, O>;
    };

/** What the factory of a flow returns. */
export type Behaviour<F extends FlowContract, O> = CommonBehaviour<F, O> &
  (F["dataApiVersion"] extends null ? unknown : ExchangeBehaviour<F, O> & BackBehaviour<F, O>);

/** Turns members that the contract does not know into compile errors: object literals that a function returns are
 * not checked for excess members by the compiler itself. */
type Exactly<B, Shape> = {
  [K in keyof B]: K extends keyof Shape
    ? K extends "exchange" | "back"
      ? { [S in keyof B[K]]: S extends keyof NonNullable<Shape[K]> ? B[K][S] : never }
      : B[K]
    : never;
};

type Factory<F extends FlowContract, O, B extends Behaviour<F, O>> = (
  services: Services,
) => MaybePromise<B & Exactly<B, Behaviour<F, O>>>;

/** A handler as the server sees it: contract, options, and a factory whose types have done their work. */
export type Handler = {
  readonly flow: FlowContract;
  readonly options: HandlerOptions;
  readonly create: (services: Services) => MaybePromise<unknown>;
};

/**
 * Implements a flow.
 *
 * @param flow     the generated contract
 * @param options  see {@link HandlerOptions}; may be left out
 * @param factory  called once at boot with the flow's services; may be async
 */
export function implement<
  const F extends FlowContract,
  B extends Behaviour<F, Record<never, never>>,
>(flow: F, factory: Factory<F, Record<never, never>, B>): Handler;
export function implement<
  const F extends FlowContract,
  const O extends HandlerOptions,
  B extends Behaviour<F, O>,
>(flow: F, options: O, factory: Factory<F, O, B>): Handler;
export function implement(
  flow: FlowContract,
  ...rest: readonly [Handler["create"]] | readonly [HandlerOptions, Handler["create"]]
): Handler {
  const [options, create] = rest.length === 1 ? [{}, rest[0]] : rest;
  return { flow, options, create };
}
