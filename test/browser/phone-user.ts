// What a person does with the phone on the page: finds things by what they say, clicks and types.

import type { Locator, Page } from "playwright-core";

export class PhoneUser {
  readonly page: Page;
  readonly phone: Locator;

  constructor(page: Page) {
    this.page = page;
    this.phone = page.getByRole("group", { name: "Phone" });
  }

  async chooseFlow(flow: string): Promise<void> {
    await this.page.getByRole("button", { name: new RegExp(`^${flow}\\s`) }).click();
  }

  async openFlow(flow: string): Promise<void> {
    await this.chooseFlow(flow);
    await this.phone.getByRole("button", { name: "Open flow" }).click();
  }

  async type(label: string, text: string): Promise<void> {
    const input = this.phone.getByLabel(label);
    await input.click();
    await input.pressSequentially(text);
  }

  /** Opens a dropdown, and takes an option by its number or what it says. */
  async choose(label: string, option: number | string): Promise<void> {
    await this.phone.getByRole("combobox", { name: label }).click();
    const options = this.phone.getByRole("dialog", { name: label }).getByRole("option");
    await (
      typeof option === "number" ? options.nth(option) : options.filter({ hasText: option })
    ).click();
  }

  async tick(label: string): Promise<void> {
    await this.phone.getByLabel(label).first().check();
  }

  async press(label: string): Promise<void> {
    await this.phone.getByRole("button", { name: label }).click();
  }

  /** Waits for a screen of that title. */
  async sees(title: string): Promise<void> {
    await this.phone.getByRole("heading", { name: title, level: 2 }).waitFor();
  }

  async openTab(name: string): Promise<Locator> {
    await this.page.getByRole("tab", { name: new RegExp(`^${name}`) }).click();
    return this.page.getByRole("tabpanel");
  }
}
