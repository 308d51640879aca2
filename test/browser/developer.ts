// What a developer does with the rest of the page, and sees there.

import { PhoneUser } from "./phone-user.ts";

export class Developer extends PhoneUser {
  async toggle(fault: string): Promise<void> {
    await this.page.getByRole("switch", { name: fault }).click();
  }

  /** One text per exchange, the newest first. */
  async exchanges(): Promise<readonly string[]> {
    const rows = await this.page.getByRole("article").allInnerTexts();
    return rows.map((row) => row.replaceAll(/\s+/g, " "));
  }

  /** Follows the answers of a flow that was completed to the end of their job. @returns what the page says of it */
  async seesCompletion(): Promise<string> {
    await this.phone.getByText("Response sent").waitFor();
    const panel = await this.openTab("Completion");
    await panel.getByText("done", { exact: true }).waitFor();
    return panel.innerText();
  }
}
