// The same message delivered many times at once, to one server and to two over one database.

import { afterEach, expect, it } from "vitest";
import { requirePart } from "../parts/require-part.ts";
import { completionPost, messagesChange, notificationOf, responseMessage, signed } from "./notification.ts";
import {
  DATABASES,
  deliver,
  preparePostgres,
  startWebhookServer,
  type WebhookServer,
} from "./webhook-server.ts";

const DELIVERIES = 20;

/** Postgres' own name for its code. */
const DEADLOCK_DETECTED = "40P01";

const cleanUp: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const undo of cleanUp.splice(0).toReversed()) await undo();
});

for (const { name, describeOn, prepare } of DATABASES) {
  describeOn(`one server ${name}`, () => {
    it("stores a message once that is delivered many times at once", async () => {
      const prepared = await prepare();
      cleanUp.push(prepared.remove);
      const server = await startWebhookServer(prepared.settings);
      cleanUp.push(server.stop);

      await deliverManyTimes([server], "many");

      expect(await server.countRows()).toMatchObject({ completions: 1, jobs: 1 });
    });
  });
}

requirePart("postgres")("two servers over one Postgres", () => {
  it("store a message once that is delivered many times to both", async () => {
    const servers = await startTwo();

    await deliverManyTimes(servers, "both");

    expect(await servers[0].countRows()).toMatchObject({ completions: 1, jobs: 1 });
  });

  it("do not deadlock over batches that hold the same messages in two orders", async () => {
    const servers = await startTwo();
    const ids = Array.from({ length: 200 }, (_, n) => `batch.${n}`);

    await Promise.all(
      servers.flatMap((server, at) => {
        const batch = batchPost(at === 0 ? ids : ids.toReversed());
        return Array.from({ length: 8 }, () => deliver(server, batch));
      }),
    );

    expect(await servers[0].countRows()).toMatchObject({ completions: 200, jobs: 200 });
    expect(databaseErrorsOf(servers)).not.toContain(DEADLOCK_DETECTED);
  });
});

async function startTwo(): Promise<readonly [WebhookServer, WebhookServer]> {
  const { settings } = await preparePostgres();
  const servers = [await startWebhookServer(settings), await startWebhookServer(settings)] as const;
  cleanUp.push(...servers.map((server) => server.stop));
  return servers;
}

async function deliverManyTimes(servers: readonly WebhookServer[], id: string): Promise<void> {
  await Promise.all(
    servers.flatMap((server) =>
      Array.from({ length: DELIVERIES }, () => deliver(server, completionPost(id))),
    ),
  );
}

function batchPost(ids: readonly string[]): ReturnType<typeof signed> {
  return signed(notificationOf(...ids.map((id) => messagesChange([responseMessage(id)]))));
}

/** Postgres' codes of what went wrong. */
function databaseErrorsOf(servers: readonly WebhookServer[]): readonly unknown[] {
  return servers
    .flatMap(({ reports }) => reports)
    .flatMap(({ cause }) => (cause instanceof Error && "code" in cause ? [cause.code] : []));
}
