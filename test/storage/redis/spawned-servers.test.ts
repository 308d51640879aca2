// Two servers as processes of their own, with one Redis between them.

import { afterAll, beforeAll, expect, it } from "vitest";
import { submit } from "../../helpers/build-server.ts";
import { createPhone, type SignedRequest } from "../../helpers/phone.ts";
import { type RedisServer, startRedis } from "../../helpers/redis.ts";
import {
  makeTemporaryFolder,
  mintForSpawned,
  SPAWNED_SECRETS,
  type SpawnedServer,
  spawnedKeys,
  spawnServer,
  WITHOUT_DATABASE,
} from "../../helpers/spawn-server.ts";
import { requirePart } from "../../parts/require-part.ts";

const [APP_SECRET = ""] = SPAWNED_SECRETS.WHATSAPP_APP_SECRET.split(",");
const phone = createPhone(spawnedKeys.publicKey, APP_SECRET);

async function prepare(behave: string): Promise<SignedRequest> {
  return phone.request(submit(mintForSpawned(), behave));
}

async function deliver(
  { url }: SpawnedServer,
  { headers, body }: SignedRequest,
): Promise<{ readonly status: number; readonly body: string }> {
  const response = await fetch(`${url}/flows/drill`, {
    method: "POST",
    headers,
    body: new Uint8Array(body),
  });
  return { status: response.status, body: await response.text() };
}

requirePart("redis")("two servers with one REDIS_URL", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let redis: RedisServer;
  let one: SpawnedServer;
  let other: SpawnedServer;

  const startServer = (): Promise<SpawnedServer> =>
    spawnServer(folder.path, {
      ...WITHOUT_DATABASE,
      REDIS_URL: redis.url,
      EXCHANGE_DEADLINE_MS: "1000",
    });

  const times = (pattern: RegExp): number =>
    [one, other].flatMap((server) => server.output().stdout.match(pattern) ?? []).length;

  /** A machine so busy that Redis took over 50 ms is no matter of theirs: then the same is tried again. */
  const whileRedisIsNear = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      const before = times(/Redis is away/g);
      const wasNear = times(/Redis is back/g) === before;
      const result = await work();
      // By its answer everything that was logged before has come.
      await Promise.all([one, other].map(async (server) => deliver(server, await prepare("show"))));
      if (wasNear && times(/Redis is away/g) === before) return result;
    }
  };

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    redis = await startRedis();
    [one, other] = await Promise.all([startServer(), startServer()]);
  });

  afterAll(async () => {
    redis.thaw();
    const exits = await Promise.all([one.stop(), other.stop()]);
    await redis[Symbol.asyncDispose]();
    await folder.remove();
    if (exits.some(({ status }) => status !== 0)) throw new Error("a server did not end cleanly");
  });

  it("give one answer to bytes that are delivered to both at once", async () => {
    const answers = await whileRedisIsNear(async () => {
      const requests = await Promise.all(Array.from({ length: 20 }, () => prepare("show")));
      return Promise.all(
        requests.map((request) =>
          Promise.all([one, other, other, one].map((server) => deliver(server, request))),
        ),
      );
    });

    expect(answers.flat().every(({ status }) => status === 200)).toBe(true);
    expect(answers.map((group) => new Set(group.map(({ body }) => body)).size)).toEqual(
      answers.map(() => 1),
    );
  });

  it("answer on when Redis stands still", async () => {
    redis.freeze();

    const requests = await Promise.all(Array.from({ length: 10 }, () => prepare("show")));
    const answers = await Promise.all(requests.map((request) => deliver(one, request)));
    redis.thaw();

    expect(
      answers.map(({ body }, at) => JSON.parse(requests[at]?.decrypt(body) ?? "null") as unknown),
    ).toMatchObject(requests.map(() => ({ screen: "DETAILS" })));
    await one.waitForOutput(/Redis is away[^]*Redis is back/);
  });

  it("answer what the other was answering when it was killed", async () => {
    const [request, doomed] = [await prepare("hang"), one];
    const cut = deliver(doomed, request).catch((error: unknown) => error);
    await doomed.waitForOutput(/"msg":"hanging"/);
    doomed.signal("SIGKILL");
    await doomed.exited;
    expect(await cut).toBeInstanceOf(Error);

    const answer = await deliver(other, request);
    one = await startServer();
    const again = await whileRedisIsNear(() => deliver(one, request));

    expect(answer.status).toBe(200);
    expect(again).toEqual(answer);
  });
});
