// The same message delivered many times at once, to one server and to two over one database.

import { afterAll, beforeAll, expect, it } from "vitest";
import { requirePart } from "../parts/require-part.ts";
import {
  completionPost,
  messagesChange,
  notificationOf,
  responseMessage,
  signed,
} from "./notification.ts";
import {
  DATABASES,
  deliver,
  type PreparedDatabase,
  preparePostgres,
  startWebhookServer,
  type WebhookServer,
} from "./webhook-server.ts";

const DELIVERIES = 20;

/** Postgres' own name for its code. */
const DEADLOCK_DETECTED = "40P01";

for (const { name, describeOn, prepare } of DATABASES) {
  describeOn(`one server ${name}`, () => {
    let prepared: PreparedDatabase;
    let server: WebhookServer;

    beforeAll(async () => {
      prepared = await prepare();
      server = await startWebhookServer(prepared.settings);
    });

    afterAll(async () => {
      await server.stop();
      await prepared.remove();
    });

    it("stores a message once that is delivered many times at once", async () => {
      await deliverManyTimes([server], "many");

      expect(await server.countRows()).toMatchObject({ completions: 1, jobs: 1 });
    });
  });
}

requirePart("postgres")("two servers over one Postgres", () => {
  let servers: readonly [WebhookServer, WebhookServer];

  beforeAll(async () => {
    const { settings } = await preparePostgres();
    servers = [await startWebhookServer(settings), await startWebhookServer(settings)];
  });

  afterAll(async () => {
    for (const server of servers) await server.stop();
  });

  it("store a message once that is delivered many times to both", async () => {
    await deliverManyTimes(servers, "both");

    expect(await servers[0].countRows()).toMatchObject({ completions: 1, jobs: 1 });
  });

  it("do not deadlock over batches that hold the same messages in two orders", async () => {
    const before = await servers[0].countRows();
    const ids = Array.from({ length: 200 }, (_, n) => `batch.${n}`);

    await Promise.all(
      servers.flatMap((server, at) => {
        const batch = batchPost(at === 0 ? ids : ids.toReversed());
        return Array.from({ length: 8 }, () => deliver(server, batch));
      }),
    );

    expect(await servers[0].countRows()).toMatchObject({
      completions: before.completions + 200,
      jobs: before.jobs + 200,
    });
    expect(databaseErrorsOf(servers)).not.toContain(DEADLOCK_DETECTED);
  });
});

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
