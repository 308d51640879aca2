// The fixture flow of these tests, opened.

import {
  type FlowOptions,
  openFlow,
  type TestFlow,
  type TestPhone,
} from "../../src/harness/index.ts";

export const GARAGE = `${import.meta.dirname}/flows/garage`;

/** With something in stock. */
export function openGarage(options: FlowOptions = {}): Promise<TestFlow> {
  return openFlow(GARAGE, { seed: true, env: { GARAGE: "Joe's" }, ...options });
}

/** A phone that shows REPORT. */
export async function reportOn(flow: TestFlow, user?: string): Promise<TestPhone> {
  const phone = await flow.phone({
    claims: { name: "Ada" },
    ...(user === undefined ? {} : { user }),
  });
  await phone.open();
  await phone.choose("topic", "Repair");
  return phone;
}

/** A phone that shows REPORT, filled in but not sent. */
export async function filledIn(flow: TestFlow, name = "Ada", user?: string): Promise<TestPhone> {
  const phone = await reportOn(flow, user);
  await phone.fill({ full_name: name, agree: true });
  await phone.choose("part", "Door");
  return phone;
}

/** A phone that has sent its answers to the chat. */
export async function completed(flow: TestFlow, name = "Ada", user?: string): Promise<TestPhone> {
  const phone = await filledIn(flow, name, user);
  await phone.press("Send");
  await phone.press("Close");
  return phone;
}
