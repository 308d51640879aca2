// Builds the `call` that a handler is given with each request.

import { hash, randomUUID } from "node:crypto";
import type { Call } from "../flows/call.ts";
import type { LoadedFlow } from "../flows/loaded-flow.ts";
import { logWith } from "../flows/log-with.ts";
import type { Deadline } from "./deadline.ts";
import type { ExchangeDependencies } from "./ports.ts";
import type { Session } from "./session.ts";

/** What was submitted, so that a repeated submit can be told from a new one. */
export type Submission = {
  readonly action: string;
  readonly screen: string | null;
  readonly data: Readonly<Record<string, unknown>>;
};

export function createCall(
  deps: ExchangeDependencies,
  flow: LoadedFlow,
  session: Session,
  submission: Submission,
  deadline: Deadline,
): Call {
  const scope =
    session.tokenKey === null
      ? null
      : {
          flow: flow.name,
          key: session.tokenKey,
          keepUntil: session.keepEffectsUntil,
          completionId: null,
        };
  let key: string | undefined;
  const call = {
    flow: flow.name,
    flowToken: session.flowToken,
    claims: session.claims,
    // Made when it is asked for, which few handlers do.
    get key() {
      return (key ??= submissionKey(flow, session, submission));
    },
    get signal() {
      return deadline.signal;
    },
    // On INIT the screen is whatever the sender wrote.
    log: logWith(deps.log, {
      flow: flow.name,
      action: submission.action,
      screen: submission.action === "init" ? null : submission.screen,
    }),
    once: (name: string, work: Parameters<Call["once"]>[1]) =>
      deps.effects.once(flow.name, scope, name, deadline.signal, work),
    stored: (name: string) =>
      scope === null ? Promise.resolve(null) : deps.effects.stored(scope, name),
  };
  // `once` gives back what `work` gave after a round trip through JSON, which is what `Jsonified` says of it.
  return call as Call;
}

/** The same for a submission that a user repeats; never the same for two users. */
function submissionKey(flow: LoadedFlow, session: Session, submission: Submission): string {
  if (session.tokenKey === null) return randomUUID();
  const { action, screen, data } = submission;
  return hash(
    "sha256",
    JSON.stringify([flow.name, session.tokenKey, action, screen, data]),
    "base64url",
  );
}
