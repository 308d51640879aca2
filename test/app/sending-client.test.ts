// `flowpoint/client` against the route it is made for.

import { createClient, FlowpointError } from "flowpoint/client";
import { describe, expect, it } from "vitest";
import { Secret } from "../../src/app/secret.ts";
import { sendRoutes } from "../../src/app/sending/send-routes.ts";
import { createApp } from "../../src/app/server.ts";
import { NUMBER_ID, withGraph } from "../graph/graph-stand.ts";

const TOKEN = "admin-token-of-the-tests-0123456789";
const MESSAGE = {
  to: "4915112345678",
  flow: "feedback",
  template: { name: "hello", language: "en_US" },
};

const log = { debug() {}, info() {}, warn() {}, error() {} };

/** Runs `work` with the URL of an admin listener that sends to a Meta with these templates. */
async function withServer(
  templates: readonly { readonly name: string; readonly language: string }[],
  work: (adminUrl: string) => Promise<void>,
): Promise<void> {
  await withGraph({ templates }, async ({ client }) => {
    const app = await createApp(null);
    sendRoutes(app, {
      token: new Secret(TOKEN),
      log,
      createSender: () => ({
        client,
        phoneNumberId: NUMBER_ID,
        mintToken: async () => ({ token: "token", expiresAt: "2026-11-25T10:00:00.000Z" }),
        findFlow: async () => ({
          flowId: "1",
          hasEndpoint: true,
          entryScreen: "FORM",
          screens: ["FORM"],
        }),
        remember: async () => {},
      }),
    });
    try {
      await work(await app.listen({ host: "127.0.0.1", port: 0 }));
    } finally {
      await app.close();
    }
  });
}

describe("the sending client", () => {
  it("sends a flow", async () => {
    await withServer([MESSAGE.template], async (adminUrl) => {
      const sent = await createClient({ adminUrl, token: TOKEN }).send(MESSAGE);

      expect(sent).toEqual({
        messageId: expect.stringMatching(/^wamid\./),
        expiresAt: "2026-11-25T10:00:00.000Z",
        recorded: true,
      });
    });
  });

  it("tells that Meta refused", async () => {
    await withServer([], async (adminUrl) => {
      const sending = createClient({ adminUrl, token: TOKEN }).send(MESSAGE);

      await expect(sending).rejects.toMatchObject({
        name: "FlowpointError",
        status: 502,
        outcome: "refused",
      });
    });
  });

  it("tells that its token is another", async () => {
    await withServer([], async (adminUrl) => {
      const sending = createClient({ adminUrl, token: `${TOKEN}x` }).send(MESSAGE);

      await expect(sending).rejects.toThrow(FlowpointError);
      await expect(sending).rejects.toMatchObject({ status: 401 });
    });
  });
});
