// What the processing of completions is put together from, by the settings.

import { createHash } from "node:crypto";
import { text } from "node:stream/consumers";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createProcessing, type ProcessingParts } from "../../src/app/processing.ts";
import { parseSettings, type Settings } from "../../src/app/settings.ts";
import type { LoadedFlow } from "../../src/flows/loaded-flow.ts";
import { createEffects } from "../../src/storage/once.ts";
import { captureLog } from "../helpers/capture-log.ts";
import { makeTemporaryFolder } from "../helpers/spawn-server.ts";
import {
  ACCOUNT,
  createStaticFlow,
  flowMap,
  mintToken,
  openProcessing,
  type ProcessingDatabase,
  tokens,
} from "../completions/processing-database.ts";
import { describeOnBoth } from "../storage/open-database.ts";

const PHOTO = "the bytes of a photo";

describeOnBoth("processing", (open) => {
  let database: ProcessingDatabase;
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let graph: Server;
  let graphUrl: string;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    database = await openProcessing(open);
    graph = createServer(({ url }, response) => {
      const body = url === "/v25.0/1234" ? JSON.stringify({ url: `${graphUrl}/file` }) : PHOTO;
      response.end(body);
    });
    await new Promise<void>((resolve) => graph.listen(0, "127.0.0.1", resolve));
    // Listening on TCP, as just asked.
    graphUrl = `http://127.0.0.1:${(graph.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await database.stop();
    await folder.remove();
    graph.closeAllConnections();
    graph.close();
  });

  function partsOf(
    env: Readonly<Record<string, string>>,
    flow: LoadedFlow,
  ): ProcessingParts & { readonly settings: Settings } {
    return {
      settings: parseSettings({ MEDIA_DIR: folder.path, ...env }),
      account: ACCOUNT,
      database: database.database,
      queue: database.queue,
      flows: flowMap(flow),
      tokens,
      effects: createEffects(database.database, ACCOUNT),
      clock: { now: () => new Date() },
      elapsedMs: () => performance.now(),
      log: captureLog().log,
    };
  }

  it("fetches the files of a completion before its handler runs", async () => {
    const found = Promise.withResolvers<unknown>();
    const drill = createStaticFlow("drill", {
      completed: async (_completion, { media }) => {
        const files = media.map(async (file) => ({ ...file, content: await text(file.open()) }));
        found.resolve(await Promise.all(files));
      },
    });
    const env = { WHATSAPP_ACCESS_TOKEN: "access-token", GRAPH_API_URL: graphUrl };
    const processing = createProcessing(partsOf(env, drill));
    const photo = {
      id: "1234",
      file_name: "me.jpg",
      mime_type: "image/jpeg",
      sha256: createHash("sha256").update(PHOTO).digest("base64"),
    };

    await processing.start();
    await database.receive({
      flowToken: mintToken("drill"),
      response: { photos: [photo] },
    });

    expect(await found.promise).toMatchObject([
      {
        id: "1234",
        fileName: "me.jpg",
        mimeType: "image/jpeg",
        bytes: PHOTO.length,
        content: PHOTO,
      },
    ]);
    await processing.stop();
  });

  it("runs the completions of others beside a flow whose handler hangs", async () => {
    const given = Promise.withResolvers<string>();
    const hanging = createStaticFlow("hanging", { completed: () => new Promise(() => {}) });
    const drill = createStaticFlow("drill", {
      completed: (_completion, { key }) => given.resolve(key),
    });
    const processing = createProcessing({ ...partsOf({}, drill), flows: flowMap(drill, hanging) });
    for (let i = 0; i < 30; i += 1) {
      await database.receive({ flowToken: mintToken("hanging") });
    }
    const id = await database.receive({ flowToken: mintToken("drill") });

    await processing.start();

    expect(await given.promise).toBe(id);
    // What hangs is not waited for.
    await database.queue.stop(0);
    await processing.stop();
  });

  it("gives a completion to a flow that was not there when it came", async () => {
    const given = Promise.withResolvers<string>();
    const late = createStaticFlow("late", { completed: (_given, { key }) => given.resolve(key) });
    const without = createProcessing(partsOf({}, createStaticFlow("drill")));
    await without.start();
    const id = await database.receive({ flowToken: mintToken("late") });
    while ((await database.store.read(id))?.state !== "unmatched") {
      await new Promise(setImmediate);
    }
    await without.stop();

    const processing = createProcessing(partsOf({}, late));
    await processing.start();

    expect(await given.promise).toBe(id);
    await processing.stop();
  });
});

it("is refused where a flow forwards and nothing is there to sign with", () => {
  const flow = createStaticFlow("drill", { options: { forwardUrl: "https://example.com/" } });
  const parts = {
    settings: parseSettings({}),
    account: ACCOUNT,
    flows: flowMap(flow),
    tokens,
    clock: { now: () => new Date() },
    log: captureLog().log,
  };

  // Nothing else is asked for before the refusal.
  const create = (): unknown => createProcessing(parts as unknown as ProcessingParts);

  expect(create).toThrow("FORWARD_SECRET: must be set, since flow drill has a forwardUrl");
});
