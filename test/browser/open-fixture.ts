// The page with one flow of a test's own in it.

import { PhoneUser } from "./phone-user.ts";
import type { PlayerHost } from "./player-page.ts";
import { stubApi, type StubbedApi } from "./stubbed-api.ts";

export type Fixture = {
  readonly user: PhoneUser;
  readonly api: StubbedApi;
};

/** @param flows flow.json by flow; the first is opened */
export async function openFixture(
  host: PlayerHost,
  flows: Readonly<Record<string, string>>,
): Promise<Fixture> {
  const apis: StubbedApi[] = [];
  const page = await host.open({
    prepare: async (opened) => {
      apis.push(await stubApi(opened, flows));
    },
  });
  const user = new PhoneUser(page);
  const [api] = apis;
  const [first = ""] = Object.keys(flows);
  await user.openFlow(first);
  if (api === undefined) throw new Error("the page was not prepared");
  return { user, api };
}
