// Messages that were sent: which flow each opens, and how many may still be opened.

import { afterAll, beforeAll, expect, it } from "vitest";
import { countUnexpiredMessages, recordSentMessage } from "../../src/storage/sent-messages.ts";
import { describeOnBoth, migrateAll, type OpenedDatabase } from "./open-database.ts";

const NOW = new Date("2026-11-22T10:00:00.000Z");
const LATER = new Date("2026-11-25T10:00:00.000Z");

describeOnBoth("sent messages", (open) => {
  const opened: { parts?: OpenedDatabase } = {};

  beforeAll(async () => {
    opened.parts = await open();
    await migrateAll(opened.parts.database);
  });

  afterAll(() => opened.parts?.stop());

  function server() {
    if (opened.parts === undefined) throw new Error("no database");
    return opened.parts.database.server;
  }

  it("are counted by flow while their token is good, each once", async () => {
    const send = (messageId: string, flow: string, expiresAt: Date): Promise<void> =>
      recordSentMessage(server(), "main", { messageId, flow, flowToken: messageId, expiresAt });
    await send("wamid.1", "drill", LATER);
    await send("wamid.1", "drill", LATER);
    await send("wamid.2", "drill", LATER);
    await send("wamid.3", "drill", NOW);
    await send("wamid.4", "other", LATER);

    expect(await countUnexpiredMessages(server(), "main", "drill", NOW)).toBe(2);
    expect(await countUnexpiredMessages(server(), "second", "drill", NOW)).toBe(0);
  });

  it("keep no token", async () => {
    await recordSentMessage(server(), "main", {
      messageId: "wamid.5",
      flow: "drill",
      flowToken: "token-secret",
      expiresAt: LATER,
    });

    const rows = await server().selectFrom("sent_messages").selectAll().execute();

    expect(JSON.stringify(rows)).not.toContain("token-secret");
  });
});
