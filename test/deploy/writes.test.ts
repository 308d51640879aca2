// A container's root cannot be written, so the server may write nowhere but into its own folder. Here Node's permission
// model stands for the read-only root: it refuses a write anywhere else, whoever runs the test. The image itself, on a root
// that is mounted so, is what container.ts runs.

import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HANDLERS_DIR } from "../cli/book-appointment.ts";
import {
  makeTemporaryFolder,
  run,
  serverEnvironment,
  type SpawnedServer,
  spawnServer,
} from "../helpers/spawn-server.ts";

/** @param writable  the only folder that may be written; none where it is absent */
function confined(writable?: string) {
  const write = writable === undefined ? "" : `--allow-fs-write=${writable}/*`;
  return {
    HANDLERS_DIR,
    NODE_OPTIONS: `--permission --allow-fs-read=* --allow-worker ${write}`,
  };
}

describe("a server that can write nowhere but into DATA_DIR", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let server: SpawnedServer;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    server = await spawnServer(folder.path, confined(folder.path));
  });

  afterAll(async () => {
    const { status } = await server.stop();
    await folder.remove();
    if (status !== 0) throw new Error("the server did not end cleanly");
  });

  it("takes a phone through a flow", async () => {
    const { stdout, stderr } = await run(
      [
        "simulate",
        "book-appointment",
        "--json",
        "--url",
        server.url,
        "--answers",
        path.join(HANDLERS_DIR, "book-appointment/answers.json"),
      ],
      { ...serverEnvironment(folder.path), HANDLERS_DIR, PORT: new URL(server.url).port },
    );

    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({ outcome: "completed" });
  });

  it("would not start if it could not write there either", async () => {
    const elsewhere = await makeTemporaryFolder();
    const refused = await run(["serve"], serverEnvironment(elsewhere.path, confined()));
    await elsewhere.remove();

    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("Use --allow-fs-write");
  });
});
