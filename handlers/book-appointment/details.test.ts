import { describe, expect, it } from "vitest";
import { checkDetails } from "./details.ts";

const TYPED = {
  name: "Jane Doe",
  email: "jane@example.com",
  phone: "+49 30 1234567",
  more_details: "About a flat.",
};

describe("checkDetails", () => {
  it("gives details in one clean form", () => {
    const { more_details: _, ...typed } = { ...TYPED, name: " Jane Doe " };

    expect(checkDetails(typed)).toEqual({
      kind: "valid",
      details: { ...typed, name: "Jane Doe", phone: "+49301234567", more_details: "" },
    });
  });

  it("takes names in every script, and addresses under every kind of domain", () => {
    for (const typed of [
      { ...TYPED, name: "李" },
      { ...TYPED, name: "O’Neill-Ñandú" },
      { ...TYPED, email: "jane.doe+flat@mail.example.co.uk" },
      { ...TYPED, email: "jörg@müller.example" },
      { ...TYPED, email: "jane@example.xn--p1ai" },
    ]) {
      expect(checkDetails(typed)).toMatchObject({ kind: "valid" });
    }
  });

  it.each([
    ["name", "   "],
    ["name", "123"],
    ["name", "J".repeat(81)],
    ["name", "Jane\0"],
    ["email", "jane"],
    ["email", "jane@example"],
    ["email", "jane@example.c"],
    ["email", "jane@example..com"],
    ["email", "jane..doe@example.com"],
    ["email", "jane.@example.com"],
    ["phone", "123456"],
    ["phone", "1234567890123456"],
    ["phone", "call me"],
    ["more_details", "x".repeat(601)],
    ["more_details", 7],
  ])("says at the field that %s cannot be %j", (field, value) => {
    const checked = checkDetails({ ...TYPED, [field]: value });

    expect(checked).toEqual({ kind: "invalid", errors: { [field]: expect.any(String) } });
  });

  it("says all that is wrong at once, in messages that fit below a field", () => {
    const checked = checkDetails({ name: "", email: "", phone: "" });

    if (checked.kind !== "invalid") throw new Error("nothing was wrong");
    expect(Object.keys(checked.errors)).toEqual(["name", "email", "phone"]);
    for (const message of Object.values(checked.errors)) {
      expect(message.length).toBeLessThanOrEqual(30);
    }
  });
});
