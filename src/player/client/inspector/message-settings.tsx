// Another message with the flow's button, for a new start: how it opens, and claims of its own in the
// flow token.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { isJsonObject, type JsonObject } from "../../../flow-json/json-value.ts";
import { usePlayer } from "../player-context.ts";
import type { ChatMessage } from "../player-state.ts";

export function MessageSettings({
  message,
  hasEndpoint,
}: {
  readonly message: ChatMessage;
  readonly hasEndpoint: boolean;
}): JSX.Element {
  const player = usePlayer();
  const [text, setText] = useState(() => JSON.stringify(message.claims));
  const [opensWith, setOpensWith] = useState(message.opensWith);
  const claims = parseClaims(text);
  return (
    <div class="message-settings">
      <button
        type="button"
        class="tool-button is-main"
        disabled={claims === null}
        onClick={() => claims !== null && void player.newMessage({ claims, opensWith })}
      >
        New message
      </button>
      <details>
        <summary>Settings</summary>
        <label>
          Opens with
          <select
            value={opensWith}
            disabled={!hasEndpoint}
            onChange={({ currentTarget: { value } }) =>
              setOpensWith(value === "navigate" ? "navigate" : "data_exchange")
            }
          >
            <option value="data_exchange">data_exchange: the endpoint is asked</option>
            <option value="navigate">navigate: the first screen, with its examples</option>
          </select>
        </label>
        <label>
          Claims of the flow token, a JSON object
          <textarea
            rows={2}
            spellcheck={false}
            value={text}
            aria-invalid={claims === null}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
      </details>
    </div>
  );
}

function parseClaims(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    // Half typed.
    return null;
  }
}
