// The phone: the chat with the business, the message with the flow's button in it, and over it the
// flow when it is open.

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { FlowSheet } from "../phone/flow-sheet.tsx";
import { usePlayer } from "../player-context.ts";
import type { ChatMessage, CompletionProgress, FlowSession } from "../player-state.ts";
import { summarizeResponse } from "../response-summary.ts";
import { FlowAvatar } from "./flow-avatar.tsx";
import { nameOf } from "./flow-name.ts";

export function PhoneFrame({ session }: { readonly session: FlowSession }): JSX.Element {
  const { detail, message, phone } = session;
  const kind = phone?.phase.kind;
  const isOpen = kind === "showing" || kind === "waiting" || kind === "failed";
  const name = nameOf(detail.flow);
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current && !isOpen) button.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  return (
    <div class="phone" role="group" aria-label="Phone">
      <div class="wa-chat" inert={isOpen}>
        <header class="wa-chat-head">
          <FlowAvatar flow={detail.flow} />
          <span>
            <strong>{name}</strong>
            <small>Business account</small>
          </span>
        </header>
        <div class="wa-thread" role="log" aria-label="Messages">
          {message !== null && (
            <FlowMessage session={session} message={message} buttonRef={button} />
          )}
          {session.completion !== null && phone !== null && (
            <ResponseMessage session={session} completion={session.completion} />
          )}
          {kind === "completed" && session.completion === null && (
            <p class="wa-chat-note">The flow ended without a message to the chat.</p>
          )}
        </div>
      </div>
      {isOpen && phone !== null && <FlowSheet phone={phone} business={name} />}
    </div>
  );
}

function FlowMessage({
  session: { document },
  message,
  buttonRef,
}: {
  readonly session: FlowSession;
  readonly message: ChatMessage;
  readonly buttonRef: { readonly current: HTMLButtonElement | null };
}): JSX.Element {
  const player = usePlayer();
  const title = document.screens[0]?.title ?? "";
  return (
    <div class="wa-bubble is-in">
      <p class="wa-bubble-title" dir="auto">
        {title}
      </p>
      <p dir="auto">Tap the button to begin. Your answers come back to this chat.</p>
      <Time ms={message.sentMs} />
      <button
        type="button"
        class="wa-bubble-button"
        disabled={message.expired !== null}
        ref={buttonRef}
        onClick={() => player.openFlow()}
      >
        Open flow
      </button>
      {message.expired !== null && (
        <p class="wa-bubble-expired" role="alert" dir="auto">
          {message.expired || "This form is no longer available."}
        </p>
      )}
    </div>
  );
}

function ResponseMessage({
  session: { phone, detail },
  completion,
}: {
  readonly session: FlowSession;
  readonly completion: CompletionProgress;
}): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const lines = isOpen && phone !== null ? summarizeResponse(phone, detail.flowJson) : [];
  return (
    <div class="wa-bubble is-out">
      <p class="wa-bubble-title">Response sent</p>
      <p class="quiet" dir="auto">
        {nameOf(detail.flow)}
      </p>
      <Time ms={completion.completedMs} />
      <button
        type="button"
        class="wa-bubble-button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? "Hide response" : "View response"}
      </button>
      {isOpen && (
        <dl class="wa-summary">
          {lines.map(({ label, text }, index) => (
            <div key={index}>
              <dt dir="auto">{label}</dt>
              <dd dir="auto">{text}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

function Time({ ms }: { readonly ms: number }): JSX.Element {
  const text = new Intl.DateTimeFormat(undefined, { timeStyle: "short" }).format(ms);
  return <time class="wa-time">{text}</time>;
}
