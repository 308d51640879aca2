// The development server's API with flows that have no handler: the page itself, and the rules it is
// served under, stay the real server's.

import type { Page } from "playwright-core";
import { checkFlowJson } from "../../src/flow-json/check/check-flow-json.ts";
import type {
  DeliverCompletion,
  OpenedMessage,
  PlayerCompletion,
  PlayerFlow,
  PlayerFlowDetail,
  PlayerProblem,
} from "../../src/player/api.ts";

export interface StubbedApi {
  /** flow.json by flow; may be changed while the page is open. */
  readonly flows: Map<string, string>;
  /** Why a flow cannot be loaded, by flow. */
  readonly problems: Map<string, PlayerProblem>;
  readonly delivered: DeliverCompletion[];
  /** Encrypted files by their URLs. */
  readonly uploads: Map<string, Buffer>;
  /** The page takes the server for another one, and reads everything anew. */
  restart(): void;
}

/** To be called before the page is loaded. */
export async function stubApi(
  page: Page,
  flows: Readonly<Record<string, string>>,
): Promise<StubbedApi> {
  const state = { server: 1 };
  const api: StubbedApi = {
    flows: new Map(Object.entries(flows)),
    problems: new Map(),
    delivered: [],
    uploads: new Map(),
    restart: () => {
      state.server += 1;
    },
  };
  await page.route(/\/player\/api\//, async (route) => {
    const request = route.request();
    const [, what = "", name = "", act = ""] =
      /\/player\/api\/([^/?]+)(?:\/([^/?]+))?(?:\/([^/?]+))?/.exec(request.url()) ?? [];
    if (what === "events") {
      const hello = JSON.stringify({ kind: "hello", server: `server-${state.server}` });
      const body = `retry: 300\n\ndata: ${hello}\n\n`;
      return route.fulfill({ contentType: "text/event-stream", body });
    }
    if (what === "media") {
      const cdnUrl = `https://media.player.invalid/${api.uploads.size}`;
      api.uploads.set(cdnUrl, request.postDataBuffer() ?? Buffer.alloc(0));
      return route.fulfill({ json: { cdnUrl } });
    }
    if (what === "completions" && request.method() === "POST") {
      api.delivered.push(request.postDataJSON() as DeliverCompletion);
      return route.fulfill({ json: { status: 200, ms: 1 } });
    }
    if (what === "completions") return route.fulfill({ json: DONE });
    if (act === "message") return route.fulfill({ json: MESSAGE });
    const json = name === "" ? listOf(api) : detailOf(name, api.flows.get(name) ?? "");
    return route.fulfill({ json });
  });
  return api;
}

const MESSAGE: OpenedMessage = { flowToken: "token", messageId: "wamid.1", from: "15550000001" };

const DONE: PlayerCompletion = {
  flow: "flow",
  matchedBy: "token",
  state: "done",
  attempts: 1,
  forwarded: null,
  problem: null,
};

function listOf({ flows, problems }: StubbedApi): readonly PlayerFlow[] {
  return [...flows.keys()].map((flow) => ({
    flow,
    title: flow,
    hasEndpoint: false,
    screens: ["SCREEN"],
    problem: problems.get(flow) ?? null,
  }));
}

function detailOf(flow: string, flowJson: string): PlayerFlowDetail {
  const { findings } = checkFlowJson(flowJson, { today: "2026-11-02" });
  return { flow, flowJson, findings, routes: {}, publicKey: "" };
}
