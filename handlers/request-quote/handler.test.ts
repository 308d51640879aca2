import { openFlow, type TestFlow, type TestPhone } from "flowpoint/test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Database } from "./tables.ts";

const CUSTOMER = { company: "Analytical Engines Ltd", email: "ada@example.com" };

const LINE = { product: "t-shirt", extras: ["t-shirt-back"], quantity: 100 };

/** 100 × (9.40 + 2.10) + 35.00, delivered free, and 19% of it. */
const TOTALS = { goods_cents: "118500", delivery_cents: "0", vat_cents: "22515" };
const TOTAL_CENTS = 1_410_15;

const open = () => openFlow(import.meta.dirname, { seed: true, now: "2026-05-04T09:00:00Z" });

function tablesOf({ db }: TestFlow): Database {
  return db;
}

const quotesOf = (flow: TestFlow) => tablesOf(flow).selectFrom("quotes").selectAll().execute();

async function chooseShirts(phone: TestPhone): Promise<void> {
  await phone.open();
  await phone.choose("product", "T-shirt");
  await phone.choose("extras", "Print on the back");
  await phone.fill("quantity", "100");
  await phone.press("Add to quote");
}

async function makeQuote(phone: TestPhone): Promise<void> {
  await chooseShirts(phone);
  await phone.fill(CUSTOMER);
  await phone.press("Get my quote");
}

/** What REVIEW sends once it is confirmed, as a modified client can write it. */
const confirmed = (more: object = {}) => ({
  trigger: "confirmed",
  delivery: "standard",
  ...CUSTOMER,
  lines: [LINE],
  seen_total_cents: TOTAL_CENTS,
  ...more,
});

describe("requesting a quote", () => {
  it("leads from a product to a quote with its number and its last day", async () => {
    await using flow = await open();
    const phone = await flow.phone();

    await makeQuote(phone);

    expect(phone.screen).toBe("QUOTE");
    const number = z.string().parse(phone.data["quote_number"]);
    expect(number).toMatch(/^Q-[2-9A-Z]{4}-[2-9A-Z]{4}$/);
    expect(phone.texts).toContain(`Quote ${number}`);
    expect(phone.texts).toContain(
      "100 × T-shirt\n+ Print on the back\n100 × €11.50 + €35.00 = €1,185.00",
    );
    expect(phone.texts).toContain(
      "Goods €1,185.00\nDelivery free\nVAT 19% €225.15\nTotal €1,410.15",
    );
    expect(phone.data["validity"]).toMatch(/^Valid until Wednesday,? 3 June 2026$/);

    await phone.press("Done");
    expect(phone.params).toEqual({ quote_number: number });
  });

  it("keeps the quote as it was given, to the cent", async () => {
    await using flow = await open();

    await makeQuote(await flow.phone());

    expect(await quotesOf(flow)).toMatchObject([
      {
        ...CUSTOMER,
        ...TOTALS,
        total_cents: String(TOTAL_CENTS),
        delivery: "standard",
        made_at: new Date("2026-05-04T09:00:00Z"),
        valid_until: "2026-06-03",
      },
    ]);
    expect(await tablesOf(flow).selectFrom("quote_lines").selectAll().execute()).toMatchObject([
      {
        position: 1,
        product_id: "t-shirt",
        title: "T-shirt",
        extras: ["Print on the back"],
        quantity: 100,
        unit_cents: "1150",
        setup_cents: "3500",
        line_cents: "118500",
      },
    ]);
  });

  it("says what it costs while it is being chosen", async () => {
    await using flow = await open();
    const phone = await flow.phone();
    await phone.open();
    expect(phone.shows("extras")).toBe(false);
    expect(phone.texts).toContain("Prices come with the product.");

    await phone.choose("product", "Hoodie");
    expect(phone.options("extras").map(({ title }) => title)).toEqual([
      "Print on the back",
      "Embroidered chest",
    ]);
    expect(phone.data["price"]).toBe(
      "From 10: €32.50 each\nFrom 50: €28.00 each\nFrom 250: €24.90 each",
    );

    await phone.fill("quantity", "50");
    await phone.choose("extras", "Embroidered chest");
    expect(phone.data["price"]).toMatch(/\n50 × €32\.60 \+ €80\.00 = €1,710\.00$/);

    await phone.choose("extras");
    expect(phone.data["price"]).toBe(
      "From 10: €32.50 each\nFrom 50: €28.00 each\nFrom 250: €24.90 each",
    );

    await phone.choose("product", "Mug");
    expect(phone.shows("extras")).toBe(false);
    expect(phone.data["price"]).toMatch(/\n50 × €7\.60 = €380\.00$/);
  });

  it("prices delivery as it is chosen, and what is marked is what is charged", async () => {
    await using flow = await open();
    const phone = await flow.phone();
    await phone.open();
    await phone.choose("product", "Tote bag");
    await phone.fill("quantity", "50");
    await phone.press("Add to quote");

    expect(phone.value("delivery")).toBe("standard");
    expect(phone.options("delivery").map(({ properties }) => properties["description"])).toEqual([
      "€9.90",
      "€34.90",
      "Free",
    ]);
    await phone.choose("delivery", "express");
    expect(phone.data["totals"]).toBe(
      "Goods €210.00\nDelivery €34.90\nVAT 19% €46.53\nTotal €291.43",
    );

    await phone.press("Add or change a product");
    await phone.press("Add to quote");
    expect(phone.value("delivery")).toBe("express");
    await phone.fill(CUSTOMER);
    await phone.press("Get my quote");
    expect(phone.data["totals"]).toMatch(/Total €291\.43$/);
  });

  it("takes several products, and one of them only once", async () => {
    await using flow = await open();
    const phone = await flow.phone();
    await chooseShirts(phone);

    await phone.press("Add or change a product");
    expect(phone.texts).toContain("In your quote: 100 × T-shirt");
    expect(phone.value("product")).toBe("t-shirt");
    expect(phone.data["price"]).toMatch(/\n100 × €11\.50 \+ €35\.00 = €1,185\.00$/);

    await phone.fill("quantity", "200");
    await phone.press("Add to quote");
    await phone.press("Add or change a product");
    await phone.choose("product", "Tote bag");
    await phone.fill("quantity", "50");
    await phone.press("Add to quote");

    expect(phone.data["lines"]).toEqual([
      { ...LINE, quantity: 200 },
      { product: "tote-bag", extras: [], quantity: 50 },
    ]);
    expect(phone.data["items"]).toMatch(/^200 × T-shirt\n[^]*\n\n50 × Tote bag\n/);
  });

  it("says at the field what is wrong with a customer", async () => {
    await using flow = await open();
    const phone = await flow.phone();
    await chooseShirts(phone);

    await phone.fill({ company: "...", email: "ada@example.c" });
    await phone.press("Get my quote");

    expect(phone.screen).toBe("REVIEW");
    expect(phone.error("company")).toBe("Please type a name");
    expect(phone.error("email")).toBe("Please check this address");
    expect(await quotesOf(flow)).toEqual([]);
  });

  it("asks again where a price has changed since it was shown", async () => {
    await using flow = await open();
    const phone = await flow.phone();
    await chooseShirts(phone);
    await phone.fill(CUSTOMER);
    await tablesOf(flow)
      .updateTable("prices")
      .set({ unit_cents: 10_00 })
      .where("product_id", "=", "t-shirt")
      .where("from_quantity", "=", 100)
      .execute();

    await phone.press("Get my quote");

    expect(phone.screen).toBe("REVIEW");
    expect(phone.snackbar).toMatch(/has changed/);
    expect(phone.data["totals"]).toMatch(/^Goods €1,245\.00\n/);
    await phone.press("Get my quote");
    expect(phone.screen).toBe("QUOTE");
  });

  it("holds no more than five products", async () => {
    await using flow = await open();
    const ids = ["a", "b", "c"].map((letter) => `pen-${letter}`);
    for (const [index, id] of ids.entries()) {
      await tablesOf(flow)
        .insertInto("products")
        .values({
          id,
          position: 10 + index,
          title: "Pen",
          description: "Blue",
          min_quantity: 1,
          max_quantity: 9,
        })
        .execute();
      await tablesOf(flow)
        .insertInto("prices")
        .values({ product_id: id, from_quantity: 1, unit_cents: 100 })
        .execute();
    }
    const lines = [
      ...ids.map((product) => ({ product, extras: [], quantity: 1 })),
      { product: "mug", extras: [], quantity: 36 },
      { product: "tote-bag", extras: [], quantity: 50 },
    ];
    const phone = await flow.phone();

    const shown = await phone.exchange("ITEM", {
      trigger: "item_added",
      product: "hoodie",
      quantity: 10,
      lines,
    });

    expect(shown).toMatchObject({
      screen: "ITEM",
      errorMessage: expect.stringMatching(/five products/),
      data: { lines },
    });
  });

  it("makes one quote per message, however often it is asked for", async () => {
    await using flow = await open();
    const phone = await flow.phone();

    const answers = await Promise.all(
      Array.from({ length: 5 }, () => phone.exchange("REVIEW", confirmed())),
    );
    const other = await phone.exchange("REVIEW", confirmed({ lines: [] }));

    expect(new Set([...answers, other].map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await quotesOf(flow)).toHaveLength(1);
  });

  it("shows a message that is opened again the quote it made, and when that is over", async () => {
    await using flow = await openFlow(import.meta.dirname, { seed: true, tokenPolicy: "any" });
    const phone = await flow.phone({ flowToken: "for ever" });
    await makeQuote(phone);
    const made = phone.data;

    await phone.open();
    expect(phone.screen).toBe("MADE");
    await phone.press("See my quote");
    expect([phone.screen, phone.data]).toEqual(["QUOTE", made]);

    flow.clock.advance({ days: 31 });
    await phone.open();
    expect(phone.data).toMatchObject({
      quote_number: made["quote_number"],
      validity: expect.stringMatching(/^Was valid until/),
    });
  });

  it("makes a quote each time where a message has no flow token", async () => {
    await using flow = await openFlow(import.meta.dirname, { seed: true, tokenPolicy: "any" });
    const phone = await flow.phone({ flowToken: null });

    await makeQuote(phone);
    await phone.open();
    expect(phone.screen).toBe("ITEM");
    await makeQuote(phone);

    expect(await quotesOf(flow)).toHaveLength(2);
  });
});

describe("what makes no quote", () => {
  let flow: TestFlow;
  beforeAll(async () => {
    flow = await open();
  });
  afterAll(() => flow.close());

  it.each(["19", "5001", "20.5", "-20", "1e9", "0"])(
    "says at the field that %s T-shirts cannot be had",
    async (quantity) => {
      const phone = await flow.phone();
      await phone.open();
      await phone.choose("product", "T-shirt");

      await phone.fill("quantity", quantity);
      await phone.press("Add to quote");

      expect(phone.screen).toBe("ITEM");
      expect(phone.error("quantity")).toBe("Please type 20 to 5,000");
      expect(phone.component("quantity").properties["helper-text"]).toBe("20 to 5,000");
    },
  );

  it.each([20, "20", "5,000", "5000"])("takes %j of them, however it arrives", async (quantity) => {
    const phone = await flow.phone();
    const item = { trigger: "item_added", product: "t-shirt", extras: null, lines: [] };

    const shown = await phone.exchange("ITEM", { ...item, quantity });

    expect(shown).toMatchObject({ screen: "REVIEW" });
  });

  it.each([
    ["a total of its own", { seen_total_cents: 1 }],
    ["a quantity beyond the limits", { lines: [{ ...LINE, quantity: 1_000_000 }, LINE] }],
    ["a negative quantity", { lines: [LINE, { ...LINE, product: "mug", quantity: -100 }] }],
    ["a product that is not sold", { lines: [LINE, { ...LINE, product: "yacht" }] }],
    ["another product's extra", { lines: [LINE, { ...LINE, product: "mug" }] }],
    ["one product twice", { lines: [LINE, LINE] }],
  ])("makes no quote of %s, and shows what it costs", async (_name, more) => {
    const phone = await flow.phone();

    const shown = await phone.exchange("REVIEW", confirmed(more));

    expect(shown).toMatchObject({
      screen: "REVIEW",
      errorMessage: "Something in your quote has changed. Please check it again.",
      data: { total_cents: TOTAL_CENTS, lines: [LINE] },
    });
    expect(await quotesOf(flow)).toEqual([]);
  });

  it("begins anew where nothing of a quote is sold any more", async () => {
    const phone = await flow.phone();

    const shown = await phone.exchange(
      "REVIEW",
      confirmed({ lines: [{ ...LINE, product: "yacht" }] }),
    );

    expect(shown).toMatchObject({ screen: "ITEM", data: { has_lines: false, lines: [] } });
  });
});

async function quoteOf(flow: TestFlow, user: string, email: string): Promise<TestPhone> {
  const phone = await flow.phone({ user });
  await chooseShirts(phone);
  await phone.fill({ ...CUSTOMER, email });
  await phone.press("Get my quote");
  await phone.press("Done");
  await phone.deliver();
  return phone;
}

describe("a user", () => {
  it("is known once the answers arrive, of their own quote only", async () => {
    await using flow = await open();
    const ada = await quoteOf(flow, "US.ada", "ada@example.com");
    const eve = await flow.phone({ user: "US.eve" });

    await flow.deliver(ada.params ?? {}, { user: "US.eve", flowToken: eve.flowToken });
    await flow.deliver("no answers at all");

    expect(await quotesOf(flow)).toMatchObject([{ user_id: "US.ada" }]);
  });

  it("is erased with what was asked for, and nobody else", async () => {
    await using flow = await open();
    await quoteOf(flow, "US.ada", "ada@example.com");
    await quoteOf(flow, "US.bob", "Bob@Example.com");
    await quoteOf(flow, "US.eve", "eve@example.com");

    await flow.erase("US.ada");
    await flow.erase("bob@example.com");

    expect(await quotesOf(flow)).toMatchObject([{ user_id: "US.eve" }]);
    const lines = await tablesOf(flow).selectFrom("quote_lines").selectAll().execute();
    expect(lines).toHaveLength(1);
  });
});

describe("the demonstration data", () => {
  it("are put in once, and leave what has been changed", async () => {
    await using flow = await open();
    await tablesOf(flow).updateTable("products").set({ title: "Tee" }).execute();
    const before = await tablesOf(flow).selectFrom("prices").selectAll().execute();

    await flow.seed();

    expect(await tablesOf(flow).selectFrom("prices").selectAll().execute()).toEqual(before);
    const titles = await tablesOf(flow).selectFrom("products").select("title").execute();
    expect(new Set(titles.map(({ title }) => title))).toEqual(new Set(["Tee"]));
  });
});
