import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type NotificationItem, parseNotification } from "../../src/protocol/notification.ts";

const BYTES = new TextEncoder();

function parse(notification: unknown): readonly NotificationItem[] {
  return parseNotification(BYTES.encode(JSON.stringify(notification)));
}

function parseMessages(value: Readonly<Record<string, unknown>>): readonly NotificationItem[] {
  return parse({
    object: "whatsapp_business_account",
    entry: [{ id: "1", changes: [{ field: "messages", value }] }],
  });
}

const MESSAGE = {
  context: { from: "15550783881", id: "wamid.context" },
  from: "16505551234",
  id: "wamid.message",
  timestamp: "1790000000",
  type: "interactive",
  interactive: {
    type: "nfm_reply",
    nfm_reply: { name: "flow", body: "Sent", response_json: '{"flow_token":"token","a":1}' },
  },
};

describe("a response message", () => {
  it("is read with all that leads to its flow and its user", () => {
    const contacts = [{ wa_id: "16505551234", user_id: "US.1" }];

    expect(parseMessages({ contacts, messages: [MESSAGE] })).toEqual([
      {
        kind: "response-message",
        messageId: "wamid.message",
        userId: "US.1",
        phone: "16505551234",
        contextMessageId: "wamid.context",
        flowToken: "token",
        messageJson: JSON.stringify(MESSAGE),
      },
    ]);
  });

  it("without an id goes by the hash of itself, the same for every delivery", () => {
    const { id: _, ...withoutId } = MESSAGE;

    const [first, second] = parseMessages({ messages: [withoutId, withoutId] });
    const [other] = parseMessages({ messages: [{ ...withoutId, timestamp: "1790000001" }] });

    expect(first).toEqual(second);
    expect(first).toMatchObject({ messageId: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
    expect(other).not.toMatchObject({ messageId: idOf(first) });
  });

  it.each([
    ["by number", { from: "2" }, { userId: "US.2", phone: "2" }],
    ["by id", { from: undefined, from_user_id: "US.3" }, { userId: "US.3", phone: "3" }],
    ["not at all", { from: "9" }, { userId: null, phone: "9" }],
    ["not by ids that neither has", { from: undefined }, { userId: null, phone: null }],
  ])("finds its contact among several %s", (_how, sender, found) => {
    const contacts = [{ wa_id: "2", user_id: "US.2" }, { wa_id: "3", user_id: "US.3" }, {}, null];

    expect(parseMessages({ contacts, messages: [{ ...MESSAGE, ...sender }] })).toEqual([
      expect.objectContaining(found),
    ]);
  });

  it("keeps its place beside everything else in a notification", () => {
    const items = parse({
      object: "whatsapp_business_account",
      entry: [
        { id: "1", changes: [{ field: "flows", value: { event: "ENDPOINT_LATENCY" } }, null] },
        {
          id: "2",
          changes: [
            { field: "messages", value: { statuses: [{}], messages: [{ type: "text" }, MESSAGE] } },
            { field: "account_update", value: {} },
          ],
        },
      ],
    });

    expect(items.map(({ kind }) => kind)).toEqual([
      "flow-event",
      "unreadable",
      "passed-over",
      "response-message",
      "passed-over",
      "passed-over",
    ]);
  });

  it("keeps its text to the letter, whatever characters users type", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), (odd, ids) => {
        const reply = { name: "flow", response_json: JSON.stringify({ flow_token: ids, odd }) };
        const message = {
          ...MESSAGE,
          id: odd,
          from: ids,
          interactive: { type: "nfm_reply", nfm_reply: reply },
        };

        const [item] = parseMessages({ messages: [message] });

        if (item?.kind !== "response-message") throw new Error("not read as a response message");
        expect(JSON.parse(item.messageJson)).toEqual(message);
        for (const text of Object.values(item)) expect(canBeStored(text)).toBe(true);
      }),
    );
  });
});

describe("a notification", () => {
  it("is kept whole when it is not what Meta documents", () => {
    const body = BYTES.encode('{"object":"page"}');

    expect(parseNotification(body)).toEqual([
      { kind: "unreadable", reason: "the notification is of another object", bytes: body },
    ]);
  });

  it("is kept in part where a part cannot be read", () => {
    const items = parseMessages({ messages: [{ type: 5 }, MESSAGE] });

    expect(items[0]).toEqual({
      kind: "unreadable",
      reason: "a message has no type",
      bytes: BYTES.encode('{"type":5}'),
    });
    expect(items[1]).toMatchObject({ kind: "response-message" });
  });

  it("is kept whole when it holds more than can be stored in time", () => {
    const messages = Array.from({ length: 2_001 }, (_, n) => ({ ...MESSAGE, id: `wamid.${n}` }));

    expect(parseMessages({ messages: messages.slice(1) })).toHaveLength(2_000);
    expect(parseMessages({ messages })).toEqual([
      expect.objectContaining({ reason: "the notification has too many items" }),
    ]);
  });

  it("may hold any number of statuses", () => {
    const statuses = Array.from({ length: 5_000 }, () => ({}));

    expect(parseMessages({ statuses })).toHaveLength(5_000);
  });

  it("never makes the parser throw, and never vanishes where it is not Meta's", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        expect(parseNotification(body)).toEqual([
          { kind: "unreadable", reason: expect.any(String) as string, bytes: body },
        ]);
      }),
    );
  });

  it("never makes the parser throw with any JSON at any place of it", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (one, two, three) => {
        const items = [
          ...parse({ object: "whatsapp_business_account", entry: one }),
          ...parse({ object: "whatsapp_business_account", entry: [{ changes: [one, two] }] }),
          ...parseMessages({ messages: one, contacts: two, statuses: three }),
          ...parseMessages({
            messages: [{ ...MESSAGE, id: one, interactive: two }],
            contacts: [three],
          }),
        ];

        const unreadable = items.filter((item) => item.kind === "unreadable");
        for (const { bytes } of unreadable) {
          expect(() => JSON.parse(new TextDecoder().decode(bytes)) as unknown).not.toThrow();
        }
      }),
    );
  });
});

function idOf(item: NotificationItem | undefined): string | undefined {
  return item?.kind === "response-message" ? item.messageId : undefined;
}

/** Postgres takes no NUL in a text, and no UTF-8 has a lone surrogate. */
function canBeStored(value: unknown): boolean {
  return (
    value === null || (typeof value === "string" && !value.includes("\0") && value.isWellFormed())
  );
}
