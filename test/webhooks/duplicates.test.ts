// The same message delivered many times at once, to one server and to two over one database.

import { afterAll, beforeAll, expect, it } from "vitest";
import { requirePart } from "../parts/require-part.ts";
import { completionPost } from "./notification.ts";
import {
  DATABASES,
  deliver,
  type PreparedDatabase,
  preparePostgres,
  startWebhookServer,
  type WebhookServer,
} from "./webhook-server.ts";

const DELIVERIES = 20;

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
});

async function deliverManyTimes(servers: readonly WebhookServer[], id: string): Promise<void> {
  await Promise.all(
    servers.flatMap((server) =>
      Array.from({ length: DELIVERIES }, () => deliver(server, completionPost(id))),
    ),
  );
}
