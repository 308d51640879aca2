// The five flows that ship, each played to its end by clicking and typing, and followed to the job
// that its answers end in.

import { afterAll, beforeAll, expect, it } from "vitest";
import { requirePart } from "../parts/require-part.ts";
import { Developer } from "./developer.ts";
import { finishLead, introduceLead } from "./lead.ts";
import type { PhoneUser } from "./phone-user.ts";
import { PIXEL } from "./pixel.ts";
import { type PlayerHost, startPlayer } from "./player-page.ts";

requirePart("chromium")("a flow played in the browser", () => {
  let host: PlayerHost;

  beforeAll(async () => {
    host = await startPlayer();
  });
  afterAll(() => host.close());

  async function play(flow: string, act: (user: PhoneUser) => Promise<void>): Promise<string> {
    const user = new Developer(await host.open());
    await user.openFlow(flow);
    await act(user);
    return user.seesCompletion();
  }

  it("books an appointment", async () => {
    const completion = await play("book-appointment", async (user) => {
      await user.choose("Department", 0);
      await user.choose("Location", 0);
      await user.choose("Date", 0);
      await user.choose("Time", 0);
      await user.press("Continue");
      await user.sees("Your details");
      await user.type("Name", "Ada Lovelace");
      await user.type("Email", "ada@example.com");
      await user.type("Phone", "+44 20 7946 0000");
      await user.press("Continue");
      await user.sees("Summary");
      await user.press("Read more");
      await user.sees("Terms");
      await user.press("Back");
      await user.tick("I agree to the terms");
      await user.press("Confirm");
    });

    expect(completion).toContain("booking_id");
  });

  it("qualifies a lead", async () => {
    const completion = await play("qualify-lead", async (user) => {
      await introduceLead(user);
      await finishLead(user);
    });

    expect(completion).toContain('"50k-to-150k"');
    expect(completion).toContain('"integration"');
  });

  it("opens a ticket with a photo", async () => {
    const completion = await play("support-ticket", async (user) => {
      await user.tick("damaged");
      await user.type("Order number", "10001");
      await user.press("Continue");
      await user.sees("Putting it right");
      await user.phone.getByRole("radio").first().check();
      await user.type("Your name", "Ada Lovelace");
      await user.tick("email");
      await user.phone.getByRole("textbox", { name: "Email" }).fill("ada@example.com");
      await user.press("Continue");
      await user.sees("What happened");
      await user.type("What happened?", "The lid does not close.");
      await user.phone.getByLabel("Add photos").setInputFiles({
        name: "lid.png",
        mimeType: "image/png",
        buffer: Buffer.from(PIXEL, "base64"),
      });
      await user.phone.getByText("lid.png").waitFor();
      await user.press("Send");
      await user.sees("Your ticket");
      await user.press("Done");
    });

    expect(completion).toContain("ticket");
  });

  it("requests a quote", async () => {
    const completion = await play("request-quote", async (user) => {
      await user.choose("Product", "T-shirt");
      await user.tick("Print on the back");
      await user.type("How many?", "100");
      await user.press("Add to quote");
      await user.sees("Check your quote");
      await user.press("Add or change a product");
      await user.sees("Your quote");
      await user.choose("Product", "Tote bag");
      await user.phone.getByLabel("How many?").fill("50");
      await user.press("Add to quote");
      await user.sees("Check your quote");
      await user.phone.getByRole("radio").first().check();
      await user.type("Company or name", "Lovelace Events");
      await user.type("Email", "ada@example.com");
      await user.press("Get my quote");
      await user.press("Done");
    });

    expect(completion).toContain("quote");
  });

  it("answers a survey", async () => {
    const completion = await play("nps-survey", async (user) => {
      await user.phone.getByRole("radio", { name: "9" }).check();
      await user.press("Continue");
      await user.sees("Tell us why");
      await user.tick("Friendly service");
      await user.type("Anything to add?", "The fitter took the old boxes away.");
      await user.press("Send");
    });

    expect(completion).toContain('"praised"');
  });
});
