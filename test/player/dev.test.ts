// flowpoint dev and the player: what is saved shows, and while no server can start, something else says why.

import { cp, readFile, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlayerEvent, PlayerFlowDetail } from "../../src/player/api.ts";
import {
  type Environment,
  FIXTURE_FLOWS,
  makeTemporaryFolder,
  type Running,
  serverEnvironment,
  start,
} from "../helpers/spawn-server.ts";
import { ask, askApi } from "./player-server.ts";

/** As long as it takes, within the test's own time. */
const PATIENTLY = { timeout: 25_000, interval: 50 };

/** As an EventSource is told to wait. */
const RECONNECT_MS = 250;

describe("flowpoint dev", { timeout: 90_000 }, () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let dev: Running;
  let environment: Environment;
  let port: number;
  let key: string;
  let page: Page;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    const handlersDir = path.join(folder.path, "handlers");
    await cp(path.join(FIXTURE_FLOWS, "drill"), path.join(handlersDir, "drill"), {
      recursive: true,
    });
    port = await findFreePort();
    environment = serverEnvironment(path.join(folder.path, "data"), {
      HANDLERS_DIR: handlersDir,
      PORT: String(port),
    });
    dev = start(["dev"], environment);
    await dev.waitForOutput(/player\s+http/);
    key = await readFile(path.join(folder.path, "data/player-key"), "utf8");
    page = openPage(port, key);
  });

  afterAll(async () => {
    page.close();
    dev.signal("SIGTERM");
    await dev.exited;
    await folder.remove();
  });

  /** Saves a file, and waits for an event that comes of it. */
  async function save(
    file: string,
    change: (text: string) => string,
    expected: Partial<PlayerEvent>,
  ): Promise<PlayerEvent | undefined> {
    const name = path.join(folder.path, "handlers/drill", file);
    page.events.length = 0;
    await writeFile(name, change(await readFile(name, "utf8")));
    await expect
      .poll(() => page.events, PATIENTLY)
      .toContainEqual(expect.objectContaining(expected));
    return page.events.findLast((event) => event.kind === expected.kind);
  }

  const readDetail = async (): Promise<PlayerFlowDetail> => {
    const { body } = await askApi(port, "flows/drill", { key });
    // The types of src/player/api.ts.
    return JSON.parse(body) as PlayerFlowDetail;
  };

  const restarting = { kind: "changed", flow: "drill", problem: null } as const;

  it("shows a flow.json that was saved before the next server is there", async () => {
    await save(
      "flow.json",
      (text) => text.replace('"title": "Start"', '"title": "Begin"'),
      restarting,
    );

    expect((await readDetail()).flowJson).toContain('"title": "Begin"');
    await expect.poll(() => statusOf("/livez"), PATIENTLY).toBe(200);
  });

  it("says what is wrong with a flow.json, and where", async () => {
    const problem = expect.objectContaining({
      file: path.join(folder.path, "handlers/drill/flow.json"),
      line: 2,
      message: expect.stringContaining("not valid JSON") as unknown,
    }) as never;

    await save("flow.json", (text) => text.replace('"version": "7.3"', '"version" "7.3"'), {
      kind: "changed",
      flow: "drill",
      problem,
    });

    expect((await readDetail()).findings).not.toEqual([]);
  });

  it("stands in for the server: the page is there, the rest is to come again", async () => {
    const endpoint = await ask(port, "/flows/drill", { method: "POST" });
    const message = await askApi(port, "flows/drill/message", { key, json: {} });

    expect(await statusOf("/player/")).toBe(200);
    expect([endpoint.status, endpoint.headers["retry-after"]]).toEqual([503, "1"]);
    expect(message.status).toBe(503);
    expect(await statusOf("/livez")).toBe(503);
  });

  it("guards the page while it stands in as the server does", async () => {
    const host = `evil.example:${port}`;

    expect(await statusOf("/player/", { host })).toBe(404);
    expect(await statusOf("/player/", { "x-forwarded-for": "203.0.113.9" })).toBe(404);
    expect((await askApi(port, "flows", { key: "wrong" })).status).toBe(404);
    expect((await askApi(port, "flows/drill/message", { key: "wrong" })).status).toBe(404);
  });

  it("says what is wrong with a handler, and where", async () => {
    await save("flow.json", (text) => text.replace('"version" "7.3"', '"version": "7.3"'), {
      kind: "changed",
      problem: null,
    });
    const problem = expect.objectContaining({
      file: path.join(folder.path, "handlers/drill/handler.ts"),
      line: 1,
      message: expect.stringContaining("not today") as unknown,
    }) as never;

    await save("handler.ts", (text) => `throw new Error("not today");\n${text}`, {
      kind: "changed",
      flow: "drill",
      problem,
    });
  });

  it("gives the port back when everything is mended", async () => {
    await save("handler.ts", (text) => text.replace(/^throw .*\n/, ""), { kind: "hello" });

    await expect.poll(() => statusOf("/livez"), PATIENTLY).toBe(200);
    expect((await askApi(port, "completions/wamid.0", { key })).status).toBe(404);
  });

  it("leaves nothing behind when its server is gone for good", async () => {
    dev.signal("SIGTERM");

    expect(await dev.exited).toEqual({ status: 0, signal: null });
    await expect(statusOf("/livez")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("takes its server with it, however it ends", async () => {
    dev = start(["dev"], environment);
    await dev.waitForOutput(/player\s+http/);

    dev.signal("SIGKILL");

    await expect
      .poll(() => statusOf("/livez").catch((error: unknown) => error), PATIENTLY)
      .toMatchObject({ code: "ECONNREFUSED" });
  });

  /** Rejects where nobody listens. */
  async function statusOf(where: string, headers: Record<string, string> = {}): Promise<number> {
    return (await ask(port, where, { headers })).status;
  }
});

type Page = { readonly events: PlayerEvent[]; readonly close: () => void };

/** Listens to events, and connects again whenever the stream ends. */
function openPage(port: number, key: string): Page {
  const events: PlayerEvent[] = [];
  const closing = new AbortController();
  void (async () => {
    while (!closing.signal.aborted) {
      try {
        await readEvents(
          `http://127.0.0.1:${port}/player/api/events?key=${key}`,
          closing.signal,
          events,
        );
      } catch {
        // Nobody listens, or nobody does any more.
        await pause(RECONNECT_MS);
      }
    }
  })();
  return { events, close: () => closing.abort() };
}

async function readEvents(url: string, signal: AbortSignal, events: PlayerEvent[]): Promise<void> {
  const response = await fetch(url, { signal });
  let text = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      // The types of src/player/api.ts.
      if (line.startsWith("data: ")) events.push(JSON.parse(line.slice(6)) as PlayerEvent);
    }
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP listener has one.
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
