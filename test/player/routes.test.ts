// The player's API: what it takes, and what it says of what it does not take.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, askApi, PLAYER_KEY, type PlayerServer, startPlayer } from "./player-server.ts";

describe("the player's API", () => {
  let player: PlayerServer;
  let idle: PlayerServer;

  beforeAll(async () => {
    player = await startPlayer();
    idle = await startPlayer({ parts: { running: null } });
  });

  afterAll(async () => {
    await player.stop();
    await idle.stop();
  });

  it.each([
    ["no JSON", "{", 400],
    ["claims that are no object", '{"claims":[],"ttlSeconds":1}', 400],
    ["a time to live below zero", '{"claims":{},"ttlSeconds":-1}', 400],
    ["too much of it", `{"claims":{"x":"${"x".repeat(8 * 1024 * 1024)}"},"ttlSeconds":1}`, 413],
  ])("refuses %s, and says so", async (_what, body, status) => {
    const answer = await ask(player.port, "/player/api/flows/drill/message", {
      method: "POST",
      headers: { "x-player-key": PLAYER_KEY, "content-type": "application/json" },
      body,
    });

    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ message: expect.any(String) as unknown });
  });

  it("quotes nothing of what it refuses", async () => {
    const json = { body: 12345678, fault: "canary" };

    const { body } = await askApi(player.port, "flows/drill/relay", { json });

    expect(body).not.toMatch(/12345678|canary/);
  });

  it("is not found where nothing is", async () => {
    expect((await askApi(player.port, "flows/nowhere")).status).toBe(404);
    expect((await askApi(player.port, "completions/wamid.0")).status).toBe(404);
    expect((await ask(player.port, "/player/assets/other.js")).status).toBe(404);
    expect((await ask(player.port, "/player/media/0")).status).toBe(404);
  });

  it("shows flows while no server runs, and has the rest asked for again", async () => {
    const flows = await askApi(idle.port, "flows");
    const detail = await askApi(idle.port, "flows/drill");
    const message = await askApi(idle.port, "flows/drill/message", {
      json: { claims: {}, ttlSeconds: 1 },
    });
    const withoutKey = await askApi(idle.port, "flows/drill/message", { json: {}, key: "other" });

    expect([flows.status, detail.status]).toEqual([200, 200]);
    expect(message.status).toBe(503);
    expect(withoutKey.status).toBe(404);
  });
});

describe("the player's events", () => {
  it("say which server it is, what was published last, and what is published from then on", async () => {
    const player = await startPlayer();
    player.events.publish({ kind: "changed", flow: "drill", problem: null });

    const stream = await openEvents(player);
    const first = await stream.next(2);
    player.events.publish({ kind: "changed", flow: null, problem: null });
    const second = await stream.next(1);
    await player.stop();

    expect(first).toEqual([
      { kind: "hello", server: "this-server" },
      { kind: "changed", flow: "drill", problem: null },
    ]);
    expect(second).toEqual([{ kind: "changed", flow: null, problem: null }]);
  });

  it("end when the server stops, which waits for no page", async () => {
    const player = await startPlayer();
    const stream = await openEvents(player);
    await stream.next(1);

    await player.stop();

    expect(await stream.next(1)).toEqual([]);
  });
});

/** Reads so many events, or fewer where the stream ends. */
async function openEvents({ port }: PlayerServer): Promise<{
  readonly next: (count: number) => Promise<readonly unknown[]>;
}> {
  const response = await fetch(`http://127.0.0.1:${port}/player/api/events?key=${PLAYER_KEY}`);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    next: async (count) => {
      const events: unknown[] = [];
      while (events.length < count) {
        const end = text.indexOf("\n\n");
        if (end === -1) {
          const chunk = await reader?.read();
          if (chunk === undefined || chunk.done) break;
          text += chunk.value;
          continue;
        }
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (line.startsWith("data: ")) events.push(JSON.parse(line.slice("data: ".length)));
      }
      return events;
    },
  };
}
