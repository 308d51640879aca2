// The flows, as a list of chats.

import type { JSX } from "preact";
import type { PlayerFlow } from "../../api.ts";
import { usePlayer } from "../player-context.ts";
import type { PlayerState } from "../player-state.ts";
import { FlowAvatar } from "./flow-avatar.tsx";

export function ChatList({ state }: { readonly state: PlayerState }): JSX.Element {
  return (
    <nav class="chats" aria-label="Flows">
      <header class="chats-head">
        <h1>Flowpoint</h1>
        <Connection state={state} />
      </header>
      <ul>
        {state.flows.map((flow) => (
          <li key={flow.flow}>
            <Chat flow={flow} state={state} />
          </li>
        ))}
      </ul>
      {state.flows.length === 0 && state.connection === "live" && (
        <p class="quiet">There is no flow yet: put a folder with a flow.json under handlers/.</p>
      )}
    </nav>
  );
}

function Chat({
  flow: { flow, title, hasEndpoint, screens, problem },
  state: { chosen, sessions },
}: {
  readonly flow: PlayerFlow;
  readonly state: PlayerState;
}): JSX.Element {
  const player = usePlayer();
  const session = sessions.get(flow);
  const errors =
    session?.detail.findings.filter(({ severity }) => severity === "error").length ?? 0;
  const endpoint = hasEndpoint ? "endpoint" : "no endpoint";
  const about = `${screens.length} ${screens.length === 1 ? "screen" : "screens"} · ${endpoint}`;
  return (
    <button
      type="button"
      class="chat-row"
      aria-current={flow === chosen ? "true" : undefined}
      onClick={() => void player.choose(flow)}
    >
      <FlowAvatar flow={flow} />
      <span class="chat-row-texts">
        <span class="chat-row-name">{flow}</span>
        <span class="chat-row-title" dir="auto">
          {problem === null ? title : "cannot be loaded"}
        </span>
        <span class="chat-row-about">{about}</span>
      </span>
      {(problem !== null || errors > 0) && (
        <span class="chat-row-errors" title={problem?.message ?? `${errors} errors`}>
          {problem === null ? errors : "!"}
        </span>
      )}
    </button>
  );
}

const CONNECTIONS: Readonly<Record<PlayerState["connection"], string>> = {
  connecting: "connecting",
  live: "live",
  lost: "reconnecting",
  refused: "key refused",
};

function Connection({ state: { connection } }: { readonly state: PlayerState }): JSX.Element {
  return (
    <span class={`connection is-${connection}`} role="status">
      {CONNECTIONS[connection]}
    </span>
  );
}
