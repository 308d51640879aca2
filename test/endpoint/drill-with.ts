// The drill flow with a behaviour of the test's own.

import {
  implement,
  type Call,
  type Handler,
  type HandlerOptions,
  type InitReply,
  type Reply,
  type ScreenInput,
} from "flowpoint";
import { flow } from "../helpers/fixture-flows/drill/contract.gen.ts";

type Finish = Readonly<Record<string, unknown>>;
type ReplyTo<S extends "START" | "DETAILS" | "FILES" | "PAPERS"> = Reply<typeof flow, S, Finish>;

export type StartReply = ReplyTo<"START">;

export type DrillMembers = {
  readonly init?: (reply: InitReply<typeof flow, Finish>, call: Call) => unknown;
  /** Default: shows DETAILS with the note as its title. */
  readonly start?: (input: StartInput, reply: StartReply, call: Call) => unknown;
  readonly details?: (
    input: Readonly<Record<string, unknown>>,
    reply: ReplyTo<"DETAILS">,
    call: Call,
  ) => unknown;
  readonly files?: (
    input: ScreenInput<typeof flow, "FILES">,
    reply: ReplyTo<"FILES">,
    call: Call,
  ) => unknown;
  readonly papers?: (
    input: ScreenInput<typeof flow, "PAPERS">,
    reply: ReplyTo<"PAPERS">,
    call: Call,
  ) => unknown;
  readonly back?: (reply: ReplyTo<"DETAILS">, call: Call) => unknown;
};

export type StartInput = {
  readonly trigger: string;
  readonly behave?: string | undefined;
  readonly note?: string | undefined;
};

/** Members may answer anything, as untyped code may: the casts give up what the compiler would hold against it. */
export function drillWith(members: DrillMembers, options: HandlerOptions = {}): Handler {
  const {
    init = (reply) => reply.show("START"),
    start = (input, reply) => reply.show("DETAILS", detailsOf(input)),
    details = (input, reply) => reply.show("SUMMARY", { line: String(input["title"]) }),
    files = (_input, reply) => reply.finish({}),
    papers = (_input, reply) => reply.finish({}),
    back = (reply) => reply.show("START"),
  } = members;
  return implement(flow, options, () => ({
    init: (reply, call) => init(reply, call) as never,
    exchange: {
      START: (input, reply, call) => start(input, reply, call) as never,
      DETAILS: (input, reply, call) => details(input, reply, call) as never,
      FILES: (input, reply, call) => files(input, reply, call) as never,
      PAPERS: (input, reply, call) => papers(input, reply, call) as never,
      SUMMARY: (_input, reply) => reply.finish({ line: "agreed" }),
    },
    back: { DETAILS: (reply, call) => back(reply, call) as never },
  }));
}

/** What DETAILS shows after START, unless a test says otherwise. */
export function detailsOf(input: StartInput): {
  title: string;
  count: number;
  bag: Record<string, unknown>;
} {
  return { title: input.note ?? "", count: 1, bag: {} };
}

/** A data_exchange of DETAILS. */
export function submitDetails(
  token: string | null,
  data: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    version: "3.0",
    action: "data_exchange",
    screen: "DETAILS",
    data: { title: "t", count: 1, bag: {}, ...data },
    ...(token === null ? {} : { flow_token: token }),
  };
}

export function open(token: string | null): Readonly<Record<string, unknown>> {
  return { version: "3.0", action: "INIT", ...(token === null ? {} : { flow_token: token }) };
}

export function goBack(
  token: string | null,
  screen = "DETAILS",
): Readonly<Record<string, unknown>> {
  return {
    version: "3.0",
    action: "BACK",
    screen,
    ...(token === null ? {} : { flow_token: token }),
  };
}

export const PING = { version: "3.0", action: "ping" };

export const FAILED = "Something went wrong. Please try again.";
export const TOO_SLOW = "This is taking longer than usual. Please try again.";
export const EXPIRED = { error_msg: "This form has expired. Please ask for a new one." };
export const CHANGED = { error_msg: "This form has changed. Please ask for a new one." };

/** The fallback answer of a screen. */
export function fallbackOf(
  screen: string,
  data: Readonly<Record<string, unknown>> = {},
  message = FAILED,
): Readonly<Record<string, unknown>> {
  return { screen, data: { ...data, error_message: message } };
}
