// What a handler is given when it is made: the outside world, already scoped to its flow.

import type { Kysely, Transaction } from "kysely";

/**
 * The handler's database: kysely with every table looked up in the Postgres schema named after the flow.
 *
 * The tables are the handler's own, so their types are too: assign it to `Kysely<MyTables>`. `any` is the proof that
 * is missing here on purpose: the server cannot know them. In raw `sql` nothing is looked up for you: name a table
 * with its schema, ``sql.table(`${flow.name}.orders`)``.
 */
// oxlint-disable-next-line typescript/no-explicit-any
export type HandlerDatabase = Kysely<any>;

/** A transaction on the handler's database; see {@link HandlerDatabase}. */
// oxlint-disable-next-line typescript/no-explicit-any
export type HandlerTransaction = Transaction<any>;

/** Tells the time. Handlers ask it rather than the system, so that tests own the time. */
export interface Clock {
  now(): Date;
}

/** Structured log lines. Never pass answers, phone numbers or tokens. */
export interface Log {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** A file that a user picked, as a data_exchange describes it. */
export type MediaUpload = {
  readonly media_id: string;
  readonly cdn_url: string;
  readonly file_name: string;
  readonly encryption_metadata: {
    readonly encrypted_hash: string;
    readonly iv: string;
    readonly encryption_key: string;
    readonly hmac_key: string;
    readonly plaintext_hash: string;
  };
};

/** Fetches uploads from Meta's CDN, verifies and decrypts them. */
export interface Media {
  /**
   * @returns the file's clear bytes
   * @throws MediaError when the address is not Meta's, a hash or the MAC does not match, or a limit is passed
   */
  fetch(upload: MediaUpload, signal: AbortSignal): Promise<Buffer>;
}

/** Given to the factory of `implement`. */
export type Services = {
  readonly db: HandlerDatabase;
  readonly clock: Clock;
  readonly log: Log;
  readonly media: Media;
  /** The environment without Flowpoint's own settings. */
  readonly env: Readonly<Record<string, string | undefined>>;
};
