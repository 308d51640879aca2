// `POST /send` of the admin listener: who may, what they may send, and what they are told.

import { describe, expect, it } from "vitest";
import { Secret } from "../../src/app/secret.ts";
import { sendRoutes } from "../../src/app/sending/send-routes.ts";
import { createApp } from "../../src/app/server.ts";
import { SettingsError } from "../../src/app/settings.ts";
import { HandlerLoadError } from "../../src/flows/load-handlers.ts";
import { DeployError } from "../../src/graph/deploy/deploy-error.ts";
import type { SendParts } from "../../src/graph/send.ts";
import { NUMBER_ID, type Stand, withGraph } from "../graph/graph-stand.ts";

const TOKEN = "admin-token-of-the-tests-0123456789";
const USER = "4915112345678";

const log = { debug() {}, info() {}, warn() {}, error() {} };

type Answer = { readonly status: number; readonly body: string };

async function post(
  { client }: Stand,
  body: unknown,
  options: { readonly authorization?: string; readonly findFlow?: SendParts["findFlow"] } = {},
): Promise<Answer> {
  const app = await createApp(null);
  sendRoutes(app, {
    token: new Secret(TOKEN),
    log,
    createSender: (environment) => {
      if (environment === "unset") {
        throw new SettingsError([{ name: "WHATSAPP_ACCESS_TOKEN", rule: "must be set" }]);
      }
      return {
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
        ...options,
      };
    },
  });
  const { authorization = `Bearer ${TOKEN}` } = options;
  const response = await app.inject({
    method: "POST",
    url: "/send",
    headers: {
      "content-type": "application/json",
      ...(authorization === "" ? {} : { authorization }),
    },
    payload: typeof body === "string" ? body : JSON.stringify(body),
  });
  await app.close();
  return { status: response.statusCode, body: response.body };
}

const TEMPLATE = {
  to: USER,
  flow: "feedback",
  template: { name: "hello", language: "en_US" },
};
const TEMPLATES = { templates: [{ name: "hello", language: "en_US" }] };

describe("POST /send", () => {
  it("sends, and answers with Meta's message id", async () => {
    await withGraph(TEMPLATES, async (stand) => {
      const { status, body } = await post(stand, TEMPLATE);

      const [message] = stand.server.graph.messages.all;
      expect({ status, body: JSON.parse(body) as unknown }).toEqual({
        status: 200,
        body: { messageId: message?.id, expiresAt: "2026-11-25T10:00:00.000Z", recorded: true },
      });
    });
  });

  it.each([
    { name: "no bearer", authorization: "" },
    { name: "another bearer", authorization: `Bearer ${TOKEN.slice(0, -1)}x` },
    { name: "a longer bearer", authorization: `Bearer ${TOKEN}x` },
    { name: "another scheme", authorization: `Basic ${TOKEN}` },
  ])("answers $name with an empty 401 and sends nothing", async ({ authorization }) => {
    await withGraph(TEMPLATES, async (stand) => {
      const answer = await post(stand, TEMPLATE, { authorization });

      expect(answer).toEqual({ status: 401, body: "" });
      expect(stand.server.steps).toEqual([]);
    });
  });

  it.each([
    { name: "no JSON", body: "{", place: "the body" },
    { name: "no recipient", body: { flow: "feedback" }, place: "to" },
    { name: "an unknown member", body: { ...TEMPLATE, tempalte: 1 }, place: "the body" },
    { name: "data that is no object", body: { ...TEMPLATE, data: [] }, place: "data" },
    { name: "a recipient that is none", body: { ...TEMPLATE, to: "+49 151" }, place: "recipient" },
  ])("answers $name with 400, and names the place and no value", async ({ body, place }) => {
    await withGraph(TEMPLATES, async (stand) => {
      const answer = await post(stand, body);

      expect(answer.status).toBe(400);
      expect(answer.body).toContain(place);
      expect(answer.body).not.toContain("+49");
      expect(stand.server.steps).toEqual([]);
    });
  });

  it("tells what Meta refused, with 502 and whether the user may have it", async () => {
    await withGraph({}, async (stand) => {
      const { status, body } = await post(stand, TEMPLATE);

      expect(status).toBe(502);
      expect(JSON.parse(body)).toMatchObject({ metaCode: 132_001, outcome: "refused" });
      expect(body).not.toContain(USER);
    });
  });

  it.each([
    { name: "there is no such flow", error: new HandlerLoadError("no such flow") },
    { name: "the flow is not at Meta", error: new DeployError("not deployed") },
  ])("answers 404 where $name", async ({ error }) => {
    await withGraph({}, async (stand) => {
      const answer = await post(
        stand,
        { to: USER, flow: "feedback" },
        { findFlow: () => Promise.reject(error) },
      );

      expect(answer).toEqual({ status: 404, body: JSON.stringify({ error: error.message }) });
    });
  });

  it("answers 503 where the server lacks a setting for it", async () => {
    await withGraph({}, async (stand) => {
      const { status, body } = await post(stand, { ...TEMPLATE, environment: "unset" });

      expect(status).toBe(503);
      expect(body).toContain("WHATSAPP_ACCESS_TOKEN");
    });
  });
});
