// Sending a flow: what Meta gets, that it gets it once, and what is remembered.

import { describe, expect, it } from "vitest";
import { createFlow, publishFlow, uploadFlowJson } from "../../src/graph/flows.ts";
import { GraphError } from "../../src/graph/graph-error.ts";
import { SendError, sendFlow, type SendOptions, type SendParts } from "../../src/graph/send.ts";
import { flowText } from "./flow-texts.ts";
import { faultOnce, never, NUMBER_ID, type Stand, WABA_ID, withGraph } from "./graph-stand.ts";

const USER = "4915112345678";
const EXPIRES = "2026-11-25T10:00:00.000Z";

async function publish({ client }: Stand): Promise<string> {
  const wanted = { name: "feedback", categories: ["OTHER"] };
  const id = await createFlow(client, WABA_ID, wanted, never);
  await uploadFlowJson(client, id, flowText({ hasEndpoint: false }), never);
  await publishFlow(client, id, never);
  return id;
}

type Remembered = Parameters<SendParts["remember"]>[0];

function partsFor(
  { client }: Stand,
  flowId: string,
  others: Partial<SendParts> & { readonly hasEndpoint?: boolean } = {},
): { readonly parts: SendParts; readonly remembered: readonly Remembered[] } {
  const remembered: Remembered[] = [];
  const { hasEndpoint = true, ...rest } = others;
  const parts: SendParts = {
    client,
    phoneNumberId: NUMBER_ID,
    mintToken: async ({ flow }) => ({ token: `token-of-${flow}`, expiresAt: EXPIRES }),
    findFlow: async () => ({ flowId, hasEndpoint, entryScreen: "FORM", screens: ["FORM", "DONE"] }),
    remember: async (sent) => {
      remembered.push(sent);
    },
    ...rest,
  };
  return { parts, remembered };
}

/** What the stand-in got, without what every message has. */
function bodies({ server }: Stand) {
  return server.graph.messages.all.map(({ body }) => body);
}

describe("a flow message", () => {
  it("opens on what the endpoint answers, and is remembered by Meta's id", async () => {
    await withGraph({}, async (stand) => {
      const flowId = await publish(stand);
      const { parts, remembered } = partsFor(stand, flowId);

      const sent = await sendFlow(parts, { to: USER, flow: "feedback" }, never);

      expect(bodies(stand)).toMatchObject([
        {
          messaging_product: "whatsapp",
          to: USER,
          interactive: {
            type: "flow",
            action: {
              parameters: {
                flow_message_version: "3",
                flow_id: flowId,
                flow_token: "token-of-feedback",
                mode: "published",
                flow_action: "data_exchange",
              },
            },
          },
        },
      ]);
      expect(JSON.stringify(bodies(stand))).not.toContain("flow_action_payload");
      expect(remembered).toEqual([
        {
          messageId: sent.messageId,
          flow: "feedback",
          flowToken: "token-of-feedback",
          expiresAt: EXPIRES,
        },
      ]);
      expect(sent).toMatchObject({ expiresAt: EXPIRES, forgotten: null });
    });
  });

  it.each<{
    readonly name: string;
    readonly options: Partial<SendOptions>;
    readonly hasEndpoint?: boolean;
    readonly expected: object;
  }>([
    {
      name: "a screen",
      options: { screen: "FORM" },
      expected: { flow_action: "navigate", flow_action_payload: { screen: "FORM" } },
    },
    {
      name: "data",
      options: { data: { name: "Ada" } },
      expected: {
        flow_action: "navigate",
        flow_action_payload: { screen: "FORM", data: { name: "Ada" } },
      },
    },
    {
      name: "no data, where Meta refuses an empty object",
      options: { screen: "FORM", data: {} },
      expected: { flow_action_payload: { screen: "FORM" } },
    },
    {
      name: "a flow without endpoint",
      options: {},
      hasEndpoint: false,
      expected: { flow_action: "navigate", flow_action_payload: { screen: "FORM" } },
    },
  ])("opens as it is needed for $name", async ({ options, hasEndpoint = true, expected }) => {
    await withGraph({}, async (stand) => {
      const { parts } = partsFor(stand, await publish(stand), { hasEndpoint });

      await sendFlow(parts, { to: USER, flow: "feedback", ...options }, never);

      expect(bodies(stand)).toMatchObject([{ interactive: { action: { parameters: expected } } }]);
    });
  });

  it("may be a template, with its token and data in the button", async () => {
    const templates = [{ name: "hello", language: "en_US" }];
    await withGraph({ templates }, async (stand) => {
      const { parts } = partsFor(stand, "");
      const template = { name: "hello", language: "en_US" };

      await sendFlow(
        parts,
        { to: "DE.13491208655302", flow: "feedback", template, data: { a: 1 } },
        never,
      );

      expect(bodies(stand)).toMatchObject([
        {
          recipient: "DE.13491208655302",
          template: {
            name: "hello",
            components: [
              {
                sub_type: "flow",
                parameters: [
                  {
                    type: "action",
                    action: { flow_token: "token-of-feedback", flow_action_data: { a: 1 } },
                  },
                ],
              },
            ],
          },
        },
      ]);
    });
  });

  it.each(["limited", "unwell", "dropped", "answer-lost", "answer-garbled"] as const)(
    "is sent once, whatever comes of it: %s",
    async (fault) => {
      const chooseFault = faultOnce("POST messages", fault);
      await withGraph({ chooseFault }, async (stand) => {
        const { parts, remembered } = partsFor(stand, await publish(stand));

        const sending = sendFlow(parts, { to: USER, flow: "feedback" }, never);

        await expect(sending).rejects.toBeInstanceOf(GraphError);
        expect(stand.server.steps.filter((step) => step === "POST messages")).toHaveLength(1);
        expect(remembered).toEqual([]);
      });
    },
  );

  it("that could not be remembered is out all the same, and that is told", async () => {
    await withGraph({}, async (stand) => {
      const away = new Error("the database is away");
      const { parts } = partsFor(stand, await publish(stand), {
        remember: () => Promise.reject(away),
      });

      const sent = await sendFlow(parts, { to: USER, flow: "feedback" }, never);

      expect(sent.forgotten).toBe(away);
      expect(bodies(stand)).toHaveLength(1);
    });
  });

  it.each<{ readonly name: string; readonly options: Partial<SendOptions> }>([
    { name: "no recipient", options: { to: "Ada" } },
    { name: "a number with signs", options: { to: "+49 151 2345678" } },
    {
      name: "a screen for the endpoint to choose",
      options: { action: "data_exchange", screen: "A" },
    },
    {
      name: "a screen for a template",
      options: { template: { name: "a", language: "en" }, screen: "A" },
    },
    { name: "a screen that the flow does not have", options: { screen: "NOPE" } },
  ])("is not sent with $name, and the number is not repeated", async ({ options }) => {
    await withGraph({}, async (stand) => {
      const { parts } = partsFor(stand, "1");

      const refused = await sendFlow(
        parts,
        { to: USER, flow: "feedback", ...options },
        never,
      ).catch((error: unknown) => error);

      expect(refused).toBeInstanceOf(SendError);
      expect(String(refused)).not.toContain("2345678");
      expect(stand.server.steps).toEqual([]);
    });
  });
});

describe("Meta's refusals", () => {
  it.each([
    { status: "BLOCKED", code: 132_068 },
    { status: "DEPRECATED", code: 131_009 },
  ])("of a flow that is $status are told", async ({ status, code }) => {
    await withGraph({}, async (stand) => {
      const flowId = await publish(stand);
      const flow = stand.server.graph.flows.find(flowId);
      if (flow !== undefined) flow.status = status;
      const { parts } = partsFor(stand, flowId);

      const sending = sendFlow(parts, { to: USER, flow: "feedback" }, never);

      await expect(sending).rejects.toMatchObject({ failure: { metaCode: code } });
    });
  });

  it("come after ten messages of a throttled flow", async () => {
    await withGraph({}, async (stand) => {
      const flowId = await publish(stand);
      const flow = stand.server.graph.flows.find(flowId);
      if (flow !== undefined) flow.status = "THROTTLED";
      const { parts } = partsFor(stand, flowId);
      const send = () => sendFlow(parts, { to: USER, flow: "feedback" }, never);

      for (let sent = 0; sent < 10; sent += 1) await send();

      await expect(send()).rejects.toThrow("throttles the flow to 10 messages an hour");
    });
  });

  it("of a draft that is not sent as one are told, and as one it goes", async () => {
    await withGraph({}, async (stand) => {
      const wanted = { name: "feedback", categories: ["OTHER"] };
      const flowId = await createFlow(stand.client, WABA_ID, wanted, never);
      const { parts } = partsFor(stand, flowId);

      await expect(sendFlow(parts, { to: USER, flow: "feedback" }, never)).rejects.toThrow(
        "A draft cannot be sent with mode published",
      );
      await sendFlow(parts, { to: USER, flow: "feedback", draft: true }, never);

      expect(bodies(stand)).toHaveLength(1);
    });
  });
});
