// Every request that was sent, the newest first, and the insides of the one that is open.

import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { copyText } from "../copy-text.ts";
import type { Exchange, ExchangeState } from "../exchange.ts";
import { FAULTS } from "../faults.ts";
import { usePlayer } from "../player-context.ts";
import type { FlowSession } from "../player-state.ts";
import { formatAnswers } from "../recorded-answers.ts";
import { JsonView } from "./json-view.tsx";
import { hasProblems, ServerLog, ServerProblems } from "./server-log.tsx";

export function ExchangeList({ session }: { readonly session: FlowSession }): JSX.Element {
  const player = usePlayer();
  const [openId, setOpenId] = useState<number | null>(null);
  const { exchanges, answers } = session;
  const copyAnswers = async (): Promise<void> => {
    const isDone = await copyText(formatAnswers(answers));
    player.tell(
      isDone
        ? "Copied: run flowpoint simulate with --answers and this as a file"
        : "The browser did not let the page copy",
    );
  };
  return (
    <>
      <div class="panel-tools">
        <span class="quiet">
          {exchanges.length} {exchanges.length === 1 ? "exchange" : "exchanges"}
        </span>
        <button
          type="button"
          class="tool-button"
          disabled={answers.length === 0}
          onClick={() => void copyAnswers()}
        >
          Copy as simulate answers file
        </button>
      </div>
      {exchanges.length === 0 && <Nothing hasEndpoint={session.document.dataApiVersion !== null} />}
      <ol class="exchanges" reversed>
        {exchanges.toReversed().map((exchange) => (
          <li key={exchange.id}>
            <ExchangeRow
              exchange={exchange}
              isOpen={exchange.id === openId}
              onToggle={() => setOpenId(exchange.id === openId ? null : exchange.id)}
            />
          </li>
        ))}
      </ol>
    </>
  );
}

function Nothing({ hasEndpoint }: { readonly hasEndpoint: boolean }): JSX.Element {
  return (
    <p class="empty">
      {hasEndpoint
        ? "Open the flow on the phone: every request it sends is listed here, as clear text and as bytes."
        : "This flow has no endpoint: it sends nothing until it is completed."}
    </p>
  );
}

function ExchangeRow({
  exchange,
  isOpen,
  onToggle,
}: {
  readonly exchange: Exchange;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}): JSX.Element {
  const { id, request, state, cause, faults, note } = exchange;
  const isReport = cause === "notification";
  return (
    <article class={`exchange is-${verdictClass(state)}`}>
      <button type="button" class="exchange-row" aria-expanded={isOpen} onClick={onToggle}>
        <span class="exchange-id">#{id}</span>
        <span class="exchange-action">
          {isReport ? "error notification" : request.action}{" "}
          {cause === "replay" && <span class="tag">replay</span>}
        </span>
        <span class="exchange-screen">{request.screen || "–"}</span>
        <StatusText state={state} />
        <Duration state={state} />
        <span class="exchange-verdict">{verdictText(state)}</span>
      </button>
      {(note !== null || faults.length > 0) && (
        <p class="exchange-note">
          {faults.map((fault) => (
            <span key={fault} class="tag is-fault">
              {FAULTS[fault].label}
            </span>
          ))}
          {note}
        </p>
      )}
      {state.kind === "answered" && <ServerProblems lines={state.log} />}
      {isOpen && <Insides exchange={exchange} />}
    </article>
  );
}

function StatusText({ state }: { readonly state: ExchangeState }): JSX.Element {
  switch (state.kind) {
    case "under-way":
      return <span class="status is-waiting">…</span>;
    case "unanswered":
      return <span class="status is-bad">none</span>;
    case "answered":
      return <span class={state.status === 200 ? "status" : "status is-bad"}>{state.status}</span>;
  }
}

/** Against the second that users forgive and the ten that the phone waits. */
const [GOOD_MS, LIMIT_MS] = [1_000, 10_000];

function Duration({ state }: { readonly state: ExchangeState }): JSX.Element {
  if (state.kind === "under-way" || state.ms === null) return <span class="duration" />;
  const { ms } = state;
  const text = ms < GOOD_MS ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
  const speed = ms < GOOD_MS ? "good" : ms < LIMIT_MS ? "slow" : "over";
  return (
    <span class={`duration is-${speed}`} title="under 1 s is good; after 10 s the phone gives up">
      <meter
        min={0}
        max={LIMIT_MS}
        low={GOOD_MS}
        high={LIMIT_MS - 1}
        optimum={0}
        value={ms}
        aria-label={`${text} of 10 s`}
      />
      {text}
    </span>
  );
}

function verdictClass(state: ExchangeState): "waiting" | "good" | "mended" | "bad" {
  if (state.kind === "under-way") return "waiting";
  if (state.kind !== "answered" || !state.verdict.fits || state.status !== 200) return "bad";
  return hasProblems(state.log) ? "mended" : "good";
}

function verdictText(state: ExchangeState): string {
  switch (state.kind) {
    case "under-way":
      return "waiting for the answer";
    case "unanswered":
      return state.reason;
    case "answered":
      return state.verdict.text;
  }
}

function Insides({ exchange }: { readonly exchange: Exchange }): JSX.Element {
  const player = usePlayer();
  const { request, sealed, state } = exchange;
  return (
    <div class="exchange-insides">
      <div class="panel-tools">
        <button
          type="button"
          class="tool-button"
          onClick={() => void player.replay(exchange, "encrypted-anew")}
        >
          Send again
        </button>
        <button
          type="button"
          class="tool-button"
          onClick={() => void player.replay(exchange, "same-bytes")}
        >
          Send the same bytes again
        </button>
      </div>
      <JsonView label="Request, clear" value={{ ...request }} />
      {state.kind === "answered" && state.clear !== undefined && (
        <JsonView label="Answer, clear" value={state.clear} />
      )}
      {state.kind === "answered" && <ServerLog lines={state.log} />}
      <section class="bytes" aria-label="Encrypted bytes">
        <h4>Encrypted bytes</h4>
        <dl>
          <Byte name="AES-128 key">{sealed.parts.aesKey}</Byte>
          <Byte name="encrypted key">{sealed.parts.encryptedKeyBytes} bytes, RSA-OAEP-SHA256</Byte>
          <Byte name="IV">{sealed.parts.iv}</Byte>
          <Byte name="IV of the answer">{sealed.parts.invertedIv}</Byte>
          <Byte name="ciphertext">{sealed.parts.ciphertextBytes} bytes, AES-128-GCM</Byte>
          <Byte name="tag">{sealed.parts.tag}</Byte>
          <Byte name="body sent">{sealed.body}</Byte>
          {state.kind === "answered" && <Byte name="body received">{state.body || "empty"}</Byte>}
        </dl>
      </section>
    </div>
  );
}

function Byte({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <code>{children}</code>
      </dd>
    </>
  );
}
