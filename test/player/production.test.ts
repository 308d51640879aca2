// In production there is no player: not a route, not a key, not a line about it.

import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  makeTemporaryFolder,
  type SpawnedServer,
  spawnServer,
  WITHOUT_DATABASE,
} from "../helpers/spawn-server.ts";
import { ask } from "./player-server.ts";

describe("a production server", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let server: SpawnedServer;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    server = await spawnServer(folder.path, WITHOUT_DATABASE);
  });

  afterAll(async () => {
    await server.stop();
    await folder.remove();
  });

  it.each(["/player/", "/player/api/flows", "/player/api/events", "/player/media/x"])(
    "answers %s like any unknown path",
    async (path) => {
      const port = Number(new URL(server.url).port);

      for (const method of ["GET", "POST"]) {
        const answer = await ask(port, path, { method });
        const unknown = await ask(port, "/nothing/here", { method });
        expect({ ...answer.headers, date: "" }).toEqual({ ...unknown.headers, date: "" });
        expect([answer.status, answer.body]).toEqual([404, ""]);
      }
    },
  );

  it("makes no key, and says nothing of a player", async () => {
    expect(await readdir(folder.path)).not.toContain("player-key");
    expect(server.output().stdout).not.toContain("player");
  });
});
