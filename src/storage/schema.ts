// The server's own tables as kysely sees them. They live in a schema whose name no flow can have (flow names hold no
// underscore), beside one schema per flow. Columns are described where they are made, in `migrations/`.

import type { Generated } from "kysely";
import type { CompletionState, MatchedBy } from "../completions/ports.ts";

export const SERVER_SCHEMA = "flowpoint_server";

export type ServerTables = {
  once_results: OnceResultsTable;
  migration_requirements: MigrationRequirementsTable;
  completions: CompletionsTable;
  flow_events: FlowEventsTable;
  quarantine: QuarantineTable;
  seen_tokens: SeenTokensTable;
  sent_messages: SentMessagesTable;
  forgotten_messages: ForgottenMessagesTable;
};

export type OnceResultsTable = {
  account: string;
  flow: string;
  scope_key: string;
  name: string;
  /** JSON as text: `jsonb` refuses `\u0000` and lone surrogates. */
  result: string;
  created_at: Generated<Date>;
  keep_until: Date;
};

export type MigrationRequirementsTable = {
  migration: string;
  oldest_server: string;
};

export type CompletionsTable = {
  id: Generated<string>;
  account: string;
  /** Meta's wamid, or `sha256:` and the hash of a message without one. */
  message_id: string;
  user_id: string | null;
  phone: string | null;
  context_message_id: string | null;
  flow_token: string | null;
  /** The message as JSON text. */
  message: string;
  received_at: Generated<Date>;
  flow: string | null;
  matched_by: MatchedBy | null;
  state: Generated<CompletionState>;
  attempts: Generated<number>;
  tried_at: Date | null;
  forward_queued_at: Date | null;
  forwarded_at: Date | null;
};

export type FlowEventsTable = {
  account: string;
  event_key: string;
  event: string;
  flow_id: string | null;
  is_alarm: boolean | null;
  threshold: number | null;
  /** The event as JSON text. */
  body: string;
  occurred_at: Generated<Date>;
  received_at: Generated<Date>;
};

export type QuarantineTable = {
  account: string;
  sha256: string;
  reason: string;
  body: Buffer;
  received_at: Generated<Date>;
};

export type SeenTokensTable = {
  account: string;
  /** Hash of the token; the token itself is not kept. */
  token_key: string;
  flow: string;
  seen_at: Generated<Date>;
};

export type SentMessagesTable = {
  account: string;
  message_id: string;
  flow: string;
  token_key: string;
  expires_at: Date;
  sent_at: Generated<Date>;
};

export type ForgottenMessagesTable = {
  account: string;
  /** SHA-256 of the message's id, in hex. */
  message_key: string;
  forgotten_at: Generated<Date>;
};
