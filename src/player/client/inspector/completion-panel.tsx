// What came of a finished flow: the message the webhook got, and what the server made of it.

import type { JSX } from "preact";
import type { JsonValue } from "../../../flow-json/json-value.ts";
import type { CompletionProgress, FlowSession } from "../player-state.ts";
import { JsonView } from "./json-view.tsx";

export function CompletionPanel({
  session: { completion, phone },
}: {
  readonly session: FlowSession;
}): JSX.Element {
  if (completion === null) {
    const isSilent = phone?.phase.kind === "completed";
    return (
      <p class="empty">
        {isSilent
          ? "The flow ended without params: nothing is sent to the chat."
          : "Finish the flow on the phone: the chat's message goes to the webhook, signed, and its way is followed here."}
      </p>
    );
  }
  const { found, messageId, responseJson } = completion;
  return (
    <>
      <dl class="facts" aria-label="Completion">
        <Fact name="Webhook" value={deliveryText(completion)} tone={deliveryTone(completion)} />
        <Fact
          name="State"
          value={found === null ? "looking…" : STATES[found.state]}
          tone={toneOf(completion)}
        />
        {found !== null && (
          <>
            <Fact name="Flow" value={found.flow ?? "none"} />
            <Fact name="Matched by" value={found.matchedBy ?? "nothing"} />
            <Fact name="Attempts" value={String(found.attempts)} />
            <Fact name="Forwarded" value={forwardedText(found.forwarded)} />
            {found.problem !== null && <Fact name="Problem" value={found.problem} tone="bad" />}
          </>
        )}
        <Fact name="Message" value={messageId} />
      </dl>
      {/* Written by the page itself, with JSON.stringify. */}
      <JsonView label="response_json" value={JSON.parse(responseJson) as JsonValue} />
    </>
  );
}

type Tone = "good" | "bad" | "plain";

function Fact({
  name,
  value,
  tone = "plain",
}: {
  readonly name: string;
  readonly value: string;
  readonly tone?: Tone;
}): JSX.Element {
  return (
    <>
      <dt>{name}</dt>
      <dd class={`is-${tone}`}>{value}</dd>
    </>
  );
}

const STATES = {
  received: "received; its job waits or runs",
  done: "done",
  failed: "failed; it will be tried again",
  dead: "dead; it failed too often",
  unmatched: "belongs to no flow",
} as const;

function deliveryText({ delivery }: CompletionProgress): string {
  switch (delivery.kind) {
    case "under-way":
      return "sending…";
    case "lost":
      return "could not be delivered";
    case "delivered":
      return `${delivery.status} in ${Math.round(delivery.ms)} ms`;
  }
}

function deliveryTone({ delivery }: CompletionProgress): Tone {
  if (delivery.kind === "under-way") return "plain";
  return delivery.kind === "delivered" && delivery.status === 200 ? "good" : "bad";
}

function toneOf({ found }: CompletionProgress): Tone {
  if (found === null || found.state === "received") return "plain";
  return found.state === "done" ? "good" : "bad";
}

function forwardedText(forwarded: boolean | null): string {
  if (forwarded === null) return "nowhere; FORWARD_URL is not set";
  return forwarded ? "yes" : "not yet";
}
