// A behaviour as the server calls it: the same members as `Behaviour`, with the types of one flow forgotten.
// `parseBehaviour` proves at boot what the compiler proved for typed code, so that untyped code cannot boot wrong.

import type { Call, CompletionCall } from "./call.ts";
import type { FlowContract } from "./define-flow.ts";
import type { Completion } from "./implement.ts";
import type { reply } from "./reply.ts";
import type { HandlerTransaction } from "./services.ts";

type AnyReply = typeof reply;

/** Members answer `unknown`: every outcome is checked before use. */
export type RuntimeBehaviour = {
  readonly init: ((reply: AnyReply, call: Call) => unknown) | null;
  readonly exchange: ReadonlyMap<string, (input: unknown, reply: AnyReply, call: Call) => unknown>;
  readonly back: ReadonlyMap<string, (reply: AnyReply, call: Call) => unknown>;
  readonly completed: ((completion: Completion<unknown>, call: CompletionCall) => unknown) | null;
  readonly erase: ((user: string, trx: HandlerTransaction) => unknown) | null;
  readonly close: (() => unknown) | null;
};

/** Known to be a function, and nothing more. */
type UncheckedFunction = (...values: readonly never[]) => unknown;

const MEMBERS = ["init", "exchange", "back", "completed", "erase", "close"];

/**
 * Holds what a factory returned against the contract.
 *
 * @throws TypeError naming the member that is missing, unknown or not a function
 */
export function parseBehaviour(flow: FlowContract, value: unknown): RuntimeBehaviour {
  const members = parseObject("the factory's result", value);
  for (const name of Object.keys(members)) {
    if (!MEMBERS.includes(name)) {
      throw new TypeError(`unknown member "${name}"; known are ${MEMBERS.join(", ")}`);
    }
  }
  const isEndpoint = flow.dataApiVersion !== null;
  if (!isEndpoint && members["init"] !== undefined) {
    throw new TypeError("init is never called: flow.json has no data_api_version");
  }
  const screens = Object.entries(flow.screens);
  const behaviour = {
    init: parseFunction("init", members, "init", isEndpoint),
    exchange: parseByScreen(
      "exchange",
      members["exchange"],
      screens.filter(([, screen]) => screen.input !== null).map(([id]) => id),
    ),
    back: parseByScreen(
      "back",
      members["back"],
      screens.filter(([, screen]) => screen.refreshOnBack).map(([id]) => id),
    ),
    completed: parseFunction("completed", members, "completed", false),
    erase: parseFunction("erase", members, "erase", false),
    close: parseFunction("close", members, "close", false),
  };
  // Parameters cannot be seen at run time; the server passes what `Behaviour` declares.
  return behaviour as RuntimeBehaviour;
}

function parseByScreen(
  name: string,
  value: unknown,
  screens: readonly string[],
): ReadonlyMap<string, UncheckedFunction> {
  const members = value === undefined ? {} : parseObject(name, value);
  for (const screen of Object.keys(members)) {
    if (!screens.includes(screen)) {
      throw new TypeError(`${name}.${screen} has no such screen in flow.json that would call it`);
    }
  }
  return new Map(
    screens.map((screen) => {
      const member = parseFunction(`${name}.${screen}`, members, screen, true);
      if (member === null) throw new TypeError(`${name}.${screen} is missing`);
      return [screen, member];
    }),
  );
}

function parseObject(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) throw new TypeError(`${name} is not an object`);
  // An object literal or a class instance: only its named members are read.
  return value as Readonly<Record<string, unknown>>;
}

function parseFunction(
  name: string,
  owner: Readonly<Record<string, unknown>>,
  key: string,
  required: boolean,
): UncheckedFunction | null {
  const value = owner[key];
  if (value === undefined && !required) return null;
  if (typeof value !== "function") {
    throw new TypeError(value === undefined ? `${name} is missing` : `${name} is not a function`);
  }
  return value.bind(owner) as UncheckedFunction;
}
