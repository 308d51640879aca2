// What the player can do with a server that runs: open a message, send its requests on, and see what becomes of its
// answers.

import { randomBytes } from "node:crypto";
import { type ListedCompletion, findCompletion } from "../storage/completion-list.ts";
import type { Database } from "../storage/database.ts";
import type { OpenedMessage, OpenMessage, PlayerCompletion } from "./api.ts";
import type { LogLines } from "./log-lines.ts";
import type { PlayerMedia } from "./player-media.ts";
import type { Relay } from "./relay.ts";

/** The user of every phone of the player: a number that nobody has. */
const USER = "15550000001";

export interface RunningPlayer {
  readonly lines: LogLines;
  readonly media: PlayerMedia;
  readonly relay: Relay;
  /**
   * @throws HandlerLoadError when there is no such flow, or its flow.json is broken
   * @throws RangeError for claims that a token cannot hold
   */
  openMessage(flow: string, wanted: OpenMessage): Promise<OpenedMessage>;
  findCompletion(messageId: string): Promise<PlayerCompletion | null>;
}

export type RunningPlayerParts = Pick<RunningPlayer, "lines" | "media" | "relay"> & {
  readonly mintToken: (flow: string, wanted: OpenMessage) => Promise<string>;
  readonly database: Database;
  readonly account: string;
  /** Whether completions of a flow, or of none, are forwarded anywhere. */
  readonly isForwarded: (flow: string | null) => boolean;
};

export function createRunningPlayer(parts: RunningPlayerParts): RunningPlayer {
  const { lines, media, relay, mintToken, database, account } = parts;
  return {
    lines,
    media,
    relay,
    openMessage: async (flow, wanted) => ({
      flowToken: await mintToken(flow, wanted),
      messageId: `wamid.${randomBytes(36).toString("base64")}`,
      from: USER,
    }),
    findCompletion: async (messageId) => {
      const completion = await findCompletion(database.server, account, messageId);
      return completion === null ? null : describe(completion, parts);
    },
  };
}

function describe(
  { id, match, state, attempts, forwardedAt }: ListedCompletion,
  { isForwarded, lines }: RunningPlayerParts,
): PlayerCompletion {
  const flow = match?.flow ?? null;
  const forwarded = isForwarded(flow) ? forwardedAt !== null : null;
  const isOver = state === "done" && forwarded !== false;
  return {
    flow,
    matchedBy: match?.matchedBy ?? null,
    state,
    attempts,
    forwarded,
    problem: isOver ? null : lines.failureOf(id),
  };
}
