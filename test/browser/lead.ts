// The flow qualify-lead as one person fills it.

import type { PhoneUser } from "./phone-user.ts";

export async function introduceLead(user: PhoneUser): Promise<void> {
  await user.type("Your name", "Ada Lovelace");
  await user.type("Company", "Analytical Engines");
  await user.type("Work email", "ada@example.com");
}

/** From the first screen, which is filled, to the end. */
export async function finishLead(user: PhoneUser): Promise<void> {
  await user.press("Continue");
  await user.sees("Budget and timing");
  await user.tick("€50,000 to €150,000");
  await user.tick("Within a month");
  await user.press("Continue");
  await user.sees("What you need");
  await user.tick("Web application");
  await user.tick("Connecting systems");
  await user.type("Your requirements", "Jobs of the day on a phone.");
  await user.press("Send request");
}
