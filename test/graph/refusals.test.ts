// What Meta refuses of a deployment: one sentence, with the next step.

import { describe, expect, it } from "vitest";
import { createGraphClient } from "../../src/graph/client.ts";
import type { GraphServerOptions } from "../../src/graph/fake/graph-server.ts";
import { createFlow, deleteFlow, deprecateFlow, publishFlow } from "../../src/graph/flows.ts";
import { deploy, FEEDBACK, putKey } from "./deploy-feedback.ts";
import { flowText } from "./flow-texts.ts";
import { ACCESS_TOKEN, never, type Stand, WABA_ID, withFolder, withGraph } from "./graph-stand.ts";

async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof Error ? error.message : "it was not refused";
}

function clientWith(stand: Stand, accessToken: string, url = stand.url) {
  return createGraphClient({ url, version: "v25.0", accessToken }, { wait: async () => {} });
}

describe("a deployment", () => {
  it.each<{
    readonly name: string;
    readonly graph: Partial<GraphServerOptions>;
    readonly hasKey?: boolean;
    readonly says: readonly string[];
  }>([
    {
      name: "to another account",
      graph: { wabaId: "1" },
      says: ["code 100, subcode 33", "compare WHATSAPP_WABA_ID"],
    },
    {
      name: "without the permission",
      graph: { scopes: ["whatsapp_business_messaging"] },
      says: ["code 200", "give the token's system user this account"],
    },
    {
      name: "to a restricted account",
      graph: { isRestricted: true },
      says: ["code 139000", "ask Meta's support"],
    },
    {
      name: "of a frozen version",
      graph: { frozenVersions: ["7.1"] },
      says: ["code 139002", "not available for publishing", "mend that"],
    },
    {
      name: "without a key",
      graph: {},
      hasKey: false,
      says: ["code 139002", "Missing Flows Signed Public Key", "flowpoint flows publish"],
    },
    {
      name: "without a phone number",
      graph: { phoneNumberIds: [] },
      says: ["code 139002", "No Phone Number connected"],
    },
    {
      name: "of an endpoint that is not well",
      graph: { isEndpointWell: async () => false },
      says: ["code 139002", "Endpoint Not Available"],
    },
    {
      name: "without the flows webhook",
      graph: { isSubscribedToFlows: false },
      says: ["code 139002", "not subscribed to Flows Webhooks"],
    },
  ])("$name is refused", async ({ graph, hasKey = true, says }) => {
    await withFolder((folder) =>
      withGraph(graph, async (stand) => {
        if (hasKey) putKey(stand);

        const message = await refusalOf(deploy(stand, folder));

        for (const words of says) expect(message).toContain(words);
        expect(message).not.toContain("\n");
      }),
    );
  });

  it("with a wrong token is refused, and the token is not repeated", async () => {
    await withFolder((folder) =>
      withGraph({}, async (stand) => {
        const client = clientWith(stand, "another-token");

        const message = await refusalOf(deploy({ client }, folder));

        expect(message).toContain(
          "WHATSAPP_ACCESS_TOKEN is wrong or no longer good; make a new one",
        );
        expect(message).not.toContain("another-token");
      }),
    );
  });

  it("under a name that another flow has is refused, and the next one keeps the old name", async () => {
    await withFolder((folder) =>
      withGraph({}, async (stand) => {
        putKey(stand);
        await deploy(stand, folder);
        await createFlow(stand.client, WABA_ID, { name: "taken", categories: ["OTHER"] }, never);

        const message = await refusalOf(deploy(stand, folder, { ...FEEDBACK, name: "taken" }));
        const { plan, changed } = await deploy(stand, folder);

        expect(message).toContain("Flow name is not unique");
        expect(message).toContain("--name");
        expect(plan).toMatchObject({ name: "feedback", changes: [] });
        expect(changed).toBe(false);
      }),
    );
  });

  it("to where nobody is fails, and names the setting", async () => {
    await withFolder((folder) =>
      withGraph({}, async (stand) => {
        const client = clientWith(stand, ACCESS_TOKEN, "http://127.0.0.1:9");

        expect(await refusalOf(deploy({ client }, folder))).toBe(
          "Meta did not answer when asked to list the flows of the account; look at the network and GRAPH_API_URL, then try again",
        );
      }),
    );
  });

  it("under a name that is taken is refused", async () => {
    await withFolder((folder) =>
      withGraph({}, async (stand) => {
        putKey(stand);
        await deploy(stand, folder);
        const wanted = { name: "taken", categories: ["OTHER"] };
        await createFlow(stand.client, WABA_ID, wanted, never);

        const message = await refusalOf(deploy(stand, folder, { ...FEEDBACK, name: "taken" }));

        expect(message).toContain("Flow name is not unique");
        expect(message).toContain("(--name)");
      }),
    );
  });

  it("of a flow that is final once published is refused", async () => {
    await withFolder((folder) =>
      withGraph({ isPublishedFinal: true }, async (stand) => {
        putKey(stand);
        await deploy(stand, folder);
        const changed = { ...FEEDBACK, json: flowText({ label: "Words" }) };

        expect(await refusalOf(deploy(stand, folder, changed))).toContain(
          "deploy it as a new flow with --new --name <name>",
        );
      }),
    );
  });
});

describe("a flow's state", () => {
  it("keeps a published flow from being deleted or published again, and a draft from being deprecated", async () => {
    await withFolder((folder) =>
      withGraph({}, async (stand) => {
        putKey(stand);
        const { flowId } = await deploy(stand, folder);
        const wanted = { name: "draft", categories: ["OTHER"] };
        const draftId = await createFlow(stand.client, WABA_ID, wanted, never);

        const refusals = await Promise.all([
          refusalOf(deleteFlow(stand.client, flowId, never)),
          refusalOf(publishFlow(stand.client, flowId, never)),
          refusalOf(deprecateFlow(stand.client, draftId, never)),
        ]);

        expect(refusals).toMatchObject([
          expect.stringContaining("code 139004"),
          expect.stringContaining("code 139002"),
          expect.stringContaining("code 139003"),
        ]);
      }),
    );
  });

  it("lets a draft be deleted", async () => {
    await withGraph({}, async (stand) => {
      const wanted = { name: "draft", categories: ["OTHER"] };
      const id = await createFlow(stand.client, WABA_ID, wanted, never);

      await deleteFlow(stand.client, id, never);

      expect(stand.server.graph.flows.all).toEqual([]);
    });
  });
});
