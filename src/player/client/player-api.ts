// The development server as the page knows it: one function per route of ../api.ts. Every request
// bears the key of the printed URL in a header, which a page of another origin cannot set.

import type {
  DeliverCompletion,
  DeliveredCompletion,
  OpenedMessage,
  OpenMessage,
  PlayerCompletion,
  PlayerFlowDetail,
  PlayerFlows,
  RelayRequest,
  RelayResponse,
  UploadedMedia,
} from "../api.ts";
import type { Bytes } from "./wire-bytes.ts";

export interface PlayerApi {
  flows(): Promise<PlayerFlows>;
  flow(flow: string): Promise<PlayerFlowDetail>;
  openMessage(flow: string, message: OpenMessage): Promise<OpenedMessage>;
  relay(flow: string, request: RelayRequest, signal: AbortSignal): Promise<RelayResponse>;
  deliver(completion: DeliverCompletion): Promise<DeliveredCompletion>;
  /** `null` until the server has it. */
  completion(messageId: string): Promise<PlayerCompletion | null>;
  upload(file: Bytes): Promise<UploadedMedia>;
  /** Its messages are `PlayerEvent`s. */
  events(): EventSource;
}

/** The server refused the page's key, or the request itself; by its HTTP status. */
export class PlayerApiError extends Error {
  override readonly name = "PlayerApiError";
  readonly status: number;

  constructor(status: number, path: string) {
    super(`the server answered ${status} to ${path}`);
    this.status = status;
  }
}

/** @param key of the printed URL */
export function createPlayerApi(key: string): PlayerApi {
  const request = async (
    path: string,
    init: RequestInit & { readonly contentType?: string } = {},
  ): Promise<Response> => {
    const { contentType = "application/json", ...rest } = init;
    const headers = { "x-player-key": key, "content-type": contentType };
    const response = await fetch(`api/${path}`, { ...rest, headers, cache: "no-store" });
    if (!response.ok) throw new PlayerApiError(response.status, path);
    return response;
  };
  // Both sides are built from one tree, so what comes is what the types of ../api.ts say.
  const get = async <T>(path: string): Promise<T> => (await (await request(path)).json()) as T;
  const post = async <T>(path: string, value: unknown, signal?: AbortSignal): Promise<T> => {
    const response = await request(path, {
      method: "POST",
      body: JSON.stringify(value),
      ...(signal === undefined ? {} : { signal }),
    });
    return (await response.json()) as T;
  };

  return {
    flows: () => get("flows"),
    flow: (flow) => get(pathOf(flow)),
    openMessage: (flow, message) => post(`${pathOf(flow)}/message`, message),
    relay: (flow, relayed, signal) => post(`${pathOf(flow)}/relay`, relayed, signal),
    deliver: (completion) => post("completions", completion),
    completion: async (messageId) => {
      try {
        return await get(`completions/${encodeURIComponent(messageId)}`);
      } catch (error) {
        if (error instanceof PlayerApiError && error.status === 404) return null;
        throw error;
      }
    },
    upload: async (file) => {
      const contentType = "application/octet-stream";
      const response = await request("media", { method: "POST", contentType, body: file });
      return (await response.json()) as UploadedMedia;
    },
    // An EventSource can send no header; it knocks again by itself when a server restarts.
    events: () => new EventSource(`api/events?key=${encodeURIComponent(key)}`),
  };
}

function pathOf(flow: string): string {
  return `flows/${encodeURIComponent(flow)}`;
}
