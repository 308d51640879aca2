// Everything that a phone does not show, beside it.

import type { JSX, TargetedKeyboardEvent } from "preact";
import { useState } from "preact/hooks";
import type { FlowSession, PlayerState } from "../player-state.ts";
import { CompletionPanel } from "./completion-panel.tsx";
import { ExchangeList } from "./exchange-list.tsx";
import { FaultSwitches } from "./fault-switches.tsx";
import { MessageSettings } from "./message-settings.tsx";
import { RouteGraph } from "./route-graph.tsx";
import { type Jump, SourceView } from "./source-view.tsx";
import { StatePanel } from "./state-panel.tsx";

const TABS = ["Exchanges", "State", "Routes", "Source", "Completion"] as const;
type Tab = (typeof TABS)[number];

export function Inspector({
  state,
  session,
}: {
  readonly state: PlayerState;
  readonly session: FlowSession;
}): JSX.Element {
  const [tab, setTab] = useState<Tab>("Exchanges");
  const [jump, setJump] = useState<Jump | null>(null);
  const jumpTo = (line: number): void => {
    setJump({ line });
    setTab("Source");
  };
  return (
    <aside class="inspector" aria-label="Inspector">
      <header class="inspector-head">
        <h2>{session.detail.flow}</h2>
        <span class="quiet">Flow JSON {session.document.version}</span>
        {session.message !== null && (
          <MessageSettings
            key={session.detail.flow}
            message={session.message}
            hasEndpoint={session.document.dataApiVersion !== null}
          />
        )}
      </header>
      <FaultSwitches faults={state.faults} />
      <Tabs tab={tab} session={session} onChoose={setTab} />
      <div
        class="panel"
        role="tabpanel"
        id="inspector-panel"
        aria-labelledby={`tab-${tab}`}
        tabIndex={-1}
      >
        {tab === "Exchanges" && <ExchangeList session={session} />}
        {tab === "State" && <StatePanel session={session} />}
        {tab === "Routes" && <RouteGraph session={session} onJump={jumpTo} />}
        {tab === "Source" && <SourceView key={session.detail.flow} session={session} jump={jump} />}
        {tab === "Completion" && <CompletionPanel session={session} />}
      </div>
    </aside>
  );
}

function Tabs({
  tab,
  session,
  onChoose,
}: {
  readonly tab: Tab;
  readonly session: FlowSession;
  readonly onChoose: (tab: Tab) => void;
}): JSX.Element {
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length];
    if (step === 0 || next === undefined) return;
    onChoose(next);
    event.currentTarget.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Inspector" onKeyDown={onKeyDown}>
      {TABS.map((each) => (
        <button
          key={each}
          id={`tab-${each}`}
          type="button"
          role="tab"
          aria-selected={each === tab}
          aria-controls="inspector-panel"
          tabIndex={each === tab ? 0 : -1}
          onClick={() => onChoose(each)}
        >
          {each}
          <Count tab={each} session={session} />
        </button>
      ))}
    </div>
  );
}

function Count({
  tab,
  session: { exchanges, detail, completion },
}: {
  readonly tab: Tab;
  readonly session: FlowSession;
}): JSX.Element | null {
  if (tab === "Exchanges" && exchanges.length > 0)
    return <span class="count">{exchanges.length}</span>;
  if (tab === "Source" && detail.findings.length > 0) {
    const hasError = detail.findings.some(({ severity }) => severity === "error");
    return <span class={hasError ? "count is-bad" : "count"}>{detail.findings.length}</span>;
  }
  if (tab === "Completion" && completion?.found?.state === "done") {
    return <span class="count is-good">done</span>;
  }
  return null;
}
