// What the player's page and the development server say to each other, under `/player/api/`. Types only: both sides
// import them, neither the other's code. JSON both ways; every request bears the key of the printed URL in the header
// `x-player-key`, or as `?key=` where it cannot have headers.
//
// 404 without a body: not for this page, as for a wrong key. 400, 404, 413 and 415 with a PlayerRefusal: not like this.
// 503: no server runs, which starts or was stopped by a mistake; flows, their details and events are there all the same,
// and the rest can be asked for again.

import type { Finding } from "../flow-json/check/finding.ts";

/** Body of an answer that is no success. */
export type PlayerRefusal = { readonly message: string };

/** `GET /player/api/flows` */
export type PlayerFlows = readonly PlayerFlow[];

export type PlayerFlow = {
  readonly flow: string;
  /** Title of its first screen; empty where the file cannot be read, as `screens` is. */
  readonly title: string;
  readonly hasEndpoint: boolean;
  readonly screens: readonly string[];
  /** Why the server does not run the file as it is on disk, with file and line; `null` when it does, or none runs. */
  readonly problem: PlayerProblem | null;
};

/** Something a developer must mend, said where it stands. */
export type PlayerProblem = {
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
};

/** `GET /player/api/flows/:flow` */
export type PlayerFlowDetail = {
  readonly flow: string;
  /** The file as it is on disk, broken or not. */
  readonly flowJson: string;
  readonly findings: readonly Finding[];
  /** Which screens can follow which; empty where the file cannot be read. */
  readonly routes: Readonly<Record<string, readonly string[]>>;
  /** base64 of the SPKI public key that requests are encrypted with. */
  readonly publicKey: string;
};

/**
 * `POST /player/api/flows/:flow/message`: a message with the flow's button arrives; its token is minted. One that is good
 * for 0 seconds has expired.
 */
export type OpenMessage = {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly ttlSeconds: number;
};
export type OpenedMessage = {
  readonly flowToken: string;
  readonly messageId: string;
  /** The user whose phone it arrives on, as the completion names its sender. */
  readonly from: string;
};

/**
 * What the relay does to a request on its way, as a switch of the page asks: signs it with another secret; loses the
 * answer, after the endpoint has done its work; has the handler take longer than its deadline; keeps the answer for longer
 * than a phone waits; spreads the body over two seconds.
 */
export type RelayFault =
  | "bad-signature"
  | "drop-connection"
  | "slow-handler"
  | "no-answer"
  | "slow-network"
  | null;

/** `POST /player/api/flows/:flow/relay`: signs the encrypted body as Meta does and sends it to the real endpoint. */
export type RelayRequest = { readonly body: string; readonly fault: RelayFault };
export type RelayResponse = {
  /** `null` when the connection was dropped. */
  readonly status: number | null;
  /** As the endpoint sent it: base64, or nothing. */
  readonly body: string;
  /** From the first byte sent to the last one received. */
  readonly ms: number;
  /** What the server and its handler logged during this exchange; never an answer's content. */
  readonly log: readonly RelayLogLine[];
};
export type RelayLogLine = {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
};

/** `POST /player/api/completions`: the signed `nfm_reply` webhook, as the phone's chat sends it. */
export type DeliverCompletion = {
  readonly messageId: string;
  readonly contextMessageId: string;
  readonly from: string;
  /** The response message's JSON, `flow_token` included. */
  readonly responseJson: string;
};
export type DeliveredCompletion = { readonly status: number; readonly ms: number };

/** `GET /player/api/completions/:messageId`: what has come of it so far; 404 for one that was never delivered. */
export type PlayerCompletion = {
  readonly flow: string | null;
  readonly matchedBy: string | null;
  readonly state: "received" | "done" | "failed" | "dead" | "unmatched";
  readonly attempts: number;
  /** `null`: not forwarded anywhere. */
  readonly forwarded: boolean | null;
  /** What went wrong the last time, since the server started; `null` once everything is done. */
  readonly problem: string | null;
};

/**
 * `POST /player/api/media`: the encrypted bytes as the CDN would hold them (body: raw bytes, `application/octet-stream`).
 * The URL is for the handler alone: it leads nowhere but inside the server.
 */
export type UploadedMedia = { readonly cdnUrl: string };

/**
 * `GET /player/api/events`: server-sent events; the first one is `hello`. The stream ends whenever a server stops or
 * another takes its place, and is there again within a moment.
 */
export type PlayerEvent =
  /** Another `server` than before means it was restarted: flows are to be read anew. */
  | { readonly kind: "hello"; readonly server: string }
  /**
   * A file was saved. Without a problem the server starts again, and its `hello` follows; with one it waits until that is
   * mended. `flow` is whose file it is, `null` where it is of no flow.
   */
  | {
      readonly kind: "changed";
      readonly flow: string | null;
      readonly problem: PlayerProblem | null;
    };
