// Commands that talk to Meta, run as processes of their own against a stand-in for the Graph API in this one.

import { cp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { FakeApp } from "../../src/graph/fake/fake-graph.ts";
import {
  createGraphServer,
  type GraphServer,
  type GraphServerOptions,
} from "../../src/graph/fake/graph-server.ts";
import {
  type Environment,
  type Finished,
  makeTemporaryFolder,
  run,
  SPAWNED_SECRETS,
  serverEnvironment,
} from "../helpers/spawn-server.ts";

const FLOWS = fileURLToPath(new URL("completion-flows", import.meta.url));

export const WABA_ID = "102290129340398";
export const NUMBER_ID = "106540352242922";
export const ACCESS_TOKEN = "EAAG-access-token-of-the-tests";

/** The app as it should be. */
export const META_APP: FakeApp = {
  id: "55",
  secret: SPAWNED_SECRETS.WHATSAPP_APP_SECRET.split(",")[1] ?? "",
  isSubscribed: true,
  callbackUrl: "https://flows.example.com/webhooks/whatsapp",
  fields: ["messages", "flows"],
};

export interface MetaSide {
  readonly graph: GraphServer;
  readonly folder: string;
  readonly env: Environment;
  flowpoint(args: readonly string[], env?: Environment): Promise<Finished>;
  /** Replaces a text in feedback's flow.json. */
  edit(from: string, to: string): Promise<void>;
  stop(): Promise<void>;
}

/** A stand-in, and a folder with the flow `feedback` of its own. */
export async function openMetaSide(options: Partial<GraphServerOptions> = {}): Promise<MetaSide> {
  const folder = await makeTemporaryFolder();
  const handlers = path.join(folder.path, "handlers");
  await cp(FLOWS, handlers, { recursive: true });
  const graph = createGraphServer({
    wabaId: WABA_ID,
    phoneNumberIds: [NUMBER_ID],
    accessToken: ACCESS_TOKEN,
    clock: { now: () => new Date() },
    app: META_APP,
    ...options,
  });
  const env = serverEnvironment(path.join(folder.path, "data"), {
    HANDLERS_DIR: handlers,
    GRAPH_API_URL: await graph.listen({ host: "127.0.0.1", port: 0 }),
    WHATSAPP_ACCESS_TOKEN: ACCESS_TOKEN,
    WHATSAPP_WABA_ID: WABA_ID,
    WHATSAPP_PHONE_NUMBER_ID: NUMBER_ID,
    WHATSAPP_APP_ID: META_APP.id,
    PUBLIC_URL: "https://flows.example.com",
  });
  const flowJson = path.join(handlers, "feedback", "flow.json");
  return {
    graph,
    folder: folder.path,
    env,
    flowpoint: (args, more = {}) => run(args, { ...env, ...more }),
    edit: async (from, to) => {
      const text = await readFile(flowJson, "utf8");
      if (!text.includes(from)) throw new Error(`flow.json has no ${from}`);
      await writeFile(flowJson, text.replaceAll(from, to));
    },
    stop: async () => {
      await graph.close();
      await folder.remove();
    },
  };
}
