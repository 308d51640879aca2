import { openFlow, type TestFlow, type TestPhone } from "flowpoint/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Database } from "./tables.ts";

const DESCRIPTION = "The lid does not close.";

const SUMMARY =
  "A damaged or faulty item, order 10001\nWhat would help: a replacement\nWe answer here in WhatsApp";

/** Monday, so that the answer is due on Tuesday. */
const open = () => openFlow(import.meta.dirname, { seed: true, now: "2026-05-04T09:00:00Z" });

function tablesOf({ db }: TestFlow): Database {
  return db;
}

const ticketsOf = (flow: TestFlow) => tablesOf(flow).selectFrom("tickets").selectAll().execute();

async function describeTrouble(
  phone: TestPhone,
  contact: Readonly<Record<string, string>> = { contact_by: "whatsapp" },
): Promise<void> {
  await phone.open();
  await phone.fill({ category: "damaged", order_number: "10001" });
  await phone.press("Continue");
  await phone.fill({ resolution: "replacement", name: "Jane Doe", ...contact });
  await phone.press("Continue");
  await phone.fill("description", DESCRIPTION);
}

async function send(phone: TestPhone, contact?: Readonly<Record<string, string>>): Promise<string> {
  await describeTrouble(phone, contact);
  await phone.press("Send");
  return z.string().parse(phone.data["ticket_number"]);
}

/** What DETAILS sends, as a modified client can write it. */
const DETAILS = {
  category: "damaged",
  order_number: "10001",
  resolution: "replacement",
  name: "Jane Doe",
  contact_by: "whatsapp",
  phone: "",
  email: "",
  description: DESCRIPTION,
};

/** The first bytes of a JPEG, and some more. */
function photo(text: string) {
  const bytes = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(text)]);
  return { name: "IMG_5237.jpg", type: "image/jpeg", bytes };
}

async function sha256(bytes: Uint8Array, encoding: "hex" | "base64"): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(bytes));
  return Buffer.from(digest).toString(encoding);
}

describe("asking for support", () => {
  it("leads from the first question to a ticket", async () => {
    await using flow = await open();
    const phone = await flow.phone();

    await phone.open();
    expect(phone.screen).toBe("ORDER");
    await phone.choose("category", "A damaged or faulty item");
    await phone.fill("order_number", "10001");
    await phone.press("Continue");

    expect(phone.options("resolution").map(({ title }) => title)).toEqual([
      "A replacement",
      "A repair",
      "My money back",
    ]);
    await phone.choose("resolution", "A replacement");
    await phone.fill("name", "Jane Doe");
    await phone.choose("contact_by", "Here in WhatsApp");
    await phone.press("Continue");

    expect(phone.texts).toContain(SUMMARY);
    await phone.fill("description", DESCRIPTION);
    await phone.press("Send");

    const number = z.string().parse(phone.data["ticket_number"]);
    expect(number).toMatch(/^ST-[2-9A-Z]{4}-[2-9A-Z]{4}$/);
    expect([phone.screen, ...phone.texts]).toEqual(
      expect.arrayContaining([
        "TICKET",
        `Ticket ${number}`,
        SUMMARY,
        expect.stringMatching(/^We answer by the end of Tuesday,? 5 May\.$/),
      ]),
    );
    await phone.press("Done");
    expect(phone.params).toEqual({ ticket_number: number });
    expect(await ticketsOf(flow)).toMatchObject([
      {
        number,
        category: "damaged",
        order_number: "10001",
        resolution: "replacement",
        name: "Jane Doe",
        contact_by: "whatsapp",
        phone: null,
        email: null,
        description: DESCRIPTION,
        answer_by: "2026-05-05",
      },
    ]);
  });

  it("asks for no order where the request is about something else", async () => {
    await using flow = await open();
    const phone = await flow.phone();
    await phone.open();
    await phone.fill("order_number", "left over");

    await phone.choose("category", "Something else");
    expect(phone.shows("order_number")).toBe(false);
    await phone.press("Continue");
    expect(phone.options("resolution").map(({ id }) => id)).toEqual(["answer", "correction"]);
    await phone.fill({ resolution: "answer", name: "Jane Doe", contact_by: "whatsapp" });
    await phone.press("Continue");
    await phone.fill("description", "Where do you come from?");
    await phone.press("Send");

    expect(phone.data["summary"]).toMatch(/^Something else\nWhat would help: an answer\n/);
  });

  it("says at the field what is wrong with an address", async () => {
    await using flow = await open();
    const phone = await flow.phone();
    await describeTrouble(phone);
    await phone.back();

    await phone.fill({ contact_by: "email", email: "jane@example.c" });
    await phone.press("Continue");
    expect(phone.error("email")).toBe("Please check this address");

    await phone.fill("email", "jane@example.com");
    await phone.press("Continue");
    expect(phone.texts).toContain(SUMMARY.replace("here in WhatsApp", "by email"));
  });

  it("forgets what was typed for another way to be answered, finished or not", async () => {
    await using flow = await open();
    const phone = await flow.phone();
    await describeTrouble(phone, { contact_by: "email", email: "jane@example.com" });
    await phone.back();
    await phone.fill("email", "jane@");
    await phone.fill({ contact_by: "phone", phone: "+49 30 1234567" });
    await phone.press("Continue");

    await phone.press("Send");

    expect(await ticketsOf(flow)).toMatchObject([
      { contact_by: "phone", phone: "+49301234567", email: null },
    ]);
  });

  it("says at the field that a description is missing", async () => {
    await using flow = await open();
    const phone = await flow.phone();
    await describeTrouble(phone);

    await phone.fill("description", " \n ");
    await phone.press("Send");

    expect(phone.screen).toBe("DETAILS");
    expect(phone.error("description")).toBe("Please tell us what happened");
    expect(await ticketsOf(flow)).toEqual([]);
  });

  it("opens one ticket per message, however often it is sent", async () => {
    await using flow = await open();
    const phone = await flow.phone();

    const answers = await Promise.all(
      Array.from({ length: 5 }, () => phone.exchange("DETAILS", DETAILS)),
    );
    const other = await phone.exchange("DETAILS", { ...DETAILS, description: "Another, too." });

    expect(new Set([...answers, other].map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await ticketsOf(flow)).toHaveLength(1);
  });

  it("shows a message that is opened again the ticket it opened", async () => {
    await using flow = await open();
    const phone = await flow.phone();
    const number = await send(phone);
    const made = phone.data;

    await phone.open();
    expect(phone.texts).toContain(`You have sent it with this form. Your ticket is ${number}.`);
    await phone.press("See my ticket");

    expect([phone.screen, phone.data]).toEqual(["TICKET", made]);
    await phone.press("Done");
    expect(phone.params).toEqual({ ticket_number: number });
  });

  it("opens a ticket each time where a message has no flow token", async () => {
    await using flow = await openFlow(import.meta.dirname, { seed: true, tokenPolicy: "any" });
    const phone = await flow.phone({ flowToken: null });

    await send(phone);
    await phone.open();
    expect(phone.screen).toBe("ORDER");
    await send(phone);

    expect(await ticketsOf(flow)).toHaveLength(2);
  });
});

describe("what opens no ticket", () => {
  let flow: TestFlow;
  beforeAll(async () => {
    flow = await open();
  });
  afterAll(() => flow.close());

  it.each(["10001", " 10 005 ", "#10003"])("finds order %j", async (typed) => {
    const phone = await flow.phone();
    await phone.open();

    await phone.fill({ category: "damaged", order_number: typed });
    await phone.press("Continue");

    expect(phone.screen).toBe("CONTACT");
    expect(phone.data["order_number"]).toBe(typed.replaceAll(/\D/g, ""));
  });

  it.each(["10006", "1000", "100011", "order", "' or 1=1 --"])(
    "says at the field that there is no order %j",
    async (typed) => {
      const phone = await flow.phone();
      await phone.open();

      await phone.fill({ category: "damaged", order_number: typed });
      await phone.press("Continue");

      expect(phone.screen).toBe("ORDER");
      expect(phone.error("order_number")).toBe("We know no such order");
    },
  );

  it.each([
    ["an order that there is not", { order_number: "99999" }, "ORDER"],
    ["a category that there is not", { category: "praise" }, "ORDER"],
    ["a resolution that is not offered", { resolution: "a-yacht" }, "CONTACT"],
    ["no way to answer", { contact_by: "email" }, "CONTACT"],
  ])("opens no ticket for %s, whatever a client sends back", async (_name, more, screen) => {
    const phone = await flow.phone();

    expect(await phone.exchange("DETAILS", { ...DETAILS, ...more })).toMatchObject({ screen });
    expect(await ticketsOf(flow)).toEqual([]);
  });
});

describe("photos", () => {
  it("leave what tells them from others, and come whole with the completion", async () => {
    await using flow = await open();
    const phone = await flow.phone();
    const [front, back] = [photo("front"), photo("back")];
    await describeTrouble(phone);

    await phone.pickFiles("photos", front, back, front);
    await phone.press("Send");

    const kept = await tablesOf(flow).selectFrom("pictures").selectAll().execute();
    const expected = await Promise.all(
      [front, back].map(async ({ bytes }) => ({
        ticket_number: phone.data["ticket_number"],
        sha256: await sha256(bytes, "hex"),
        type: "image/jpeg",
        bytes: bytes.length,
      })),
    );
    expect(kept).toHaveLength(2);
    expect(kept).toEqual(expect.arrayContaining(expected));
    await phone.press("Done");
    const received = await Promise.all(
      [front, back, front].map(async ({ name, bytes }) => ({
        file_name: name,
        sha256: await sha256(bytes, "base64"),
      })),
    );
    expect(phone.params).toMatchObject({ photos: received });
  });

  it("that cannot be used say why, each for itself", async () => {
    await using flow = await open();
    const phone = await flow.phone();
    await describeTrouble(phone);
    const large = {
      name: "large.jpg",
      bytes: Buffer.concat([photo("").bytes, Buffer.alloc(5 << 20)]),
    };
    const document = { name: "bill.jpg", bytes: Buffer.from("%PDF-1.7") };

    await phone.pickFiles("photos", photo("good"), document, large);
    await phone.press("Send");

    expect(phone.screen).toBe("DETAILS");
    expect(Object.values(phone.error("photos") ?? {})).toEqual([
      "This is no photo",
      "This photo is over 5 MB",
    ]);
    expect(await ticketsOf(flow)).toEqual([]);

    await phone.pickFiles("photos", photo("good"));
    await phone.press("Send");
    expect(phone.screen).toBe("TICKET");
  });

  it("that do not arrive, or not as described, are asked for again", async () => {
    await using flow = await open();
    const phone = await flow.phone();
    await describeTrouble(phone);
    await phone.pickFiles("photos", photo("good"));
    const [upload] = phone.value("photos") as readonly [Upload]; // one was picked
    const { encryption_metadata } = upload;
    const gone = { ...upload, media_id: "gone", cdn_url: `${upload.cdn_url}-gone` };
    const metadata = {
      ...encryption_metadata,
      plaintext_hash: await sha256(Buffer.from("x"), "base64"),
    };
    const forged = { ...upload, media_id: "forged", encryption_metadata: metadata };

    const shown = await phone.exchange("DETAILS", { ...DETAILS, photos: [upload, gone, forged] });

    const errors = { gone: "This photo did not arrive", forged: "This photo did not arrive" };
    expect(shown).toMatchObject({
      screen: "DETAILS",
      data: { error_messages: { photos: errors } },
    });
    expect(flow.log.map(({ fields }) => fields["error"])).toEqual([
      "FETCH_FAILED",
      "PLAINTEXT_HASH_MISMATCH",
    ]);
  });
});

type Upload = {
  readonly cdn_url: string;
  readonly encryption_metadata: { readonly plaintext_hash: string };
};

describe("what is kept", () => {
  it("is a fingerprint of the flow token, not the token", async () => {
    await using flow = await open();
    const phone = await flow.phone();

    await send(phone);

    expect(await ticketsOf(flow)).toMatchObject([{ holder: expect.stringMatching(/^[\w-]{43}$/) }]);
    expect(JSON.stringify(await ticketsOf(flow))).not.toContain(phone.flowToken);
  });

  it("gets its user and its photos' place from its own completion only", async () => {
    await using flow = await open();
    const ada = await flow.phone({ user: "US.ada" });
    const eve = await flow.phone({ user: "US.eve" });
    const number = await send(ada);
    await ada.press("Done");

    await flow.deliver({ ticket_number: number }, { user: "US.eve", flowToken: eve.flowToken });
    await flow.deliver({ ticket_number: number }, { user: "US.eve" });
    await flow.deliver("no answers at all");
    expect(await ticketsOf(flow)).toMatchObject([{ user_id: null, completion_id: null }]);

    await ada.deliver();
    await ada.deliver();
    expect(await ticketsOf(flow)).toMatchObject([
      { user_id: "US.ada", completion_id: expect.stringMatching(/^[\da-f-]{36}$/) },
    ]);
  });

  it("is erased by user, number and address, and nobody else's", async () => {
    await using flow = await open();
    const ada = await flow.phone({ user: "US.ada" });
    await send(ada);
    await ada.press("Done");
    await ada.deliver();
    await send(await flow.phone(), { contact_by: "phone", phone: "+49 30 7654321" });
    await send(await flow.phone(), { contact_by: "phone", phone: "49307654321" });
    await send(await flow.phone(), { contact_by: "email", email: "Erase.Me@example.com" });
    await send(await flow.phone(), { contact_by: "email", email: "keep.me@example.com" });

    await flow.erase("US.ada");
    await flow.erase("+49 30 7654321");
    await flow.erase("erase.me@example.com");

    expect(await ticketsOf(flow)).toMatchObject([{ email: "keep.me@example.com" }]);
  });
});

describe("the demonstration data", () => {
  it("are the same five orders however often they are put in", async () => {
    await using flow = await open();

    await flow.seed();

    const orders = await tablesOf(flow)
      .selectFrom("orders")
      .select("number")
      .orderBy("number")
      .execute();
    expect(orders.map(({ number }) => number).join()).toBe("10001,10002,10003,10004,10005");
  });
});
