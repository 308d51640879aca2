import { describe, expect, it } from "vitest";
import { checkContact } from "./contact.ts";

const TYPED = { resolution: "refund", name: "Jane Doe", contact_by: "whatsapp" };

describe("checkContact", () => {
  it.each([
    [{}, { phone: null, email: null }],
    [
      { contact_by: "phone", phone: "+49 30 1234567" },
      { phone: "+49301234567", email: null },
    ],
    [
      { contact_by: "email", email: "jane@example.com" },
      { phone: null, email: "jane@example.com" },
    ],
    [{ name: "  李 " }, { name: "李" }],
  ])("accepts %j in one clean form", (typed, clean) => {
    const checked = checkContact("damaged", { ...TYPED, ...typed });

    expect(checked).toMatchObject({
      kind: "valid",
      contact: { resolution: { id: "refund" }, ...clean },
    });
  });

  it("keeps nothing that was typed for another channel, and does not mind what it looks like", () => {
    const checked = checkContact("damaged", { ...TYPED, phone: "12", email: "jane@" });

    expect(checked).toMatchObject({ kind: "valid", contact: { phone: null, email: null } });
  });

  it.each([
    ["name", {}, "   "],
    ["name", {}, "J".repeat(81)],
    ["resolution", {}, "a-yacht"],
    ["resolution", {}, "answer"],
    ["contact_by", {}, "pigeon"],
    ["phone", { contact_by: "phone" }, "123456"],
    ["phone", { contact_by: "phone" }, undefined],
    ["email", { contact_by: "email" }, "jane@example"],
    ["email", { contact_by: "email" }, "jane@example..com"],
    ["email", { contact_by: "email" }, undefined],
  ])("says at the field that %s, given %j, cannot be %j", (field, more, value) => {
    const checked = checkContact("damaged", { ...TYPED, ...more, [field]: value });

    expect(checked).toEqual({ kind: "invalid", errors: { [field]: expect.any(String) } });
  });

  it("says all that is wrong at once, in messages that fit below a field", () => {
    const checked = checkContact("other", { ...TYPED, name: "", contact_by: "email" });

    if (checked.kind !== "invalid") throw new Error("nothing was wrong");
    expect(Object.keys(checked.errors)).toEqual(["resolution", "name", "email"]);
    for (const message of Object.values(checked.errors)) {
      expect(message.length).toBeLessThanOrEqual(30);
    }
  });
});
