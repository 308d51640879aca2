// The page: chats on the left, the phone, and the inspector beside it.

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { ChatList } from "./chat/chat-list.tsx";
import { PhoneFrame } from "./chat/phone-frame.tsx";
import { Inspector } from "./inspector/inspector.tsx";
import type { Player } from "./player.ts";
import { PlayerContext, usePlayerState } from "./player-context.ts";
import { chosenSession, problemOf, type PlayerState } from "./player-state.ts";
import { ProblemOverlay } from "./problem-overlay.tsx";

export function App({ player }: { readonly player: Player }): JSX.Element {
  const state = usePlayerState(player);
  useNoticeGone(player, state.notice);
  const session = chosenSession(state);
  const problem = problemOf(state);
  return (
    <PlayerContext.Provider value={player}>
      <div class="page">
        <ChatList state={state} />
        <main class="stage">
          {session !== null ? (
            <PhoneFrame key={session.detail.flow} session={session} />
          ) : (
            <p class="empty">{welcome(state)}</p>
          )}
          {problem !== null && <ProblemOverlay problem={problem} />}
        </main>
        {session !== null && <Inspector state={state} session={session} />}
        <Notice text={state.notice} />
      </div>
    </PlayerContext.Provider>
  );
}

function welcome({ connection, chosen }: PlayerState): string {
  if (connection === "refused") {
    return "The server does not know this page's key. Open the URL that it printed when it started.";
  }
  return chosen === null ? "Choose a flow to play it." : "";
}

const NOTICE_MS = 6_000;

function useNoticeGone(player: Player, notice: string | null): void {
  useEffect(() => {
    if (notice === null) return;
    const timer = setTimeout(() => player.tell(null), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [player, notice]);
}

function Notice({ text }: { readonly text: string | null }): JSX.Element {
  return (
    <div class="notice-place" role="status" aria-live="polite">
      {text !== null && <p class="notice">{text}</p>}
    </div>
  );
}
