// The doctor and Meta's side of things, against a stand-in for the Graph API.

import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeApp } from "../../src/graph/fake/fake-graph.ts";
import { SPAWNED_SECRETS } from "../helpers/spawn-server.ts";
import { examine, type Diagnoses, type Examination } from "./diagnoses.ts";
import {
  ACCESS_TOKEN,
  META_APP,
  type MetaSide,
  NUMBER_ID,
  openMetaSide,
  WABA_ID,
} from "./flows-at-meta.ts";

/** Where nothing listens: nothing is tried but Meta. */
const NOBODY = "http://127.0.0.1:9";

const opened: { meta?: MetaSide } = {};

/** Its webhooks go where PUBLIC_URL is. */
const APP: FakeApp = { ...META_APP, callbackUrl: `${NOBODY}/webhooks/whatsapp` };

beforeEach(async () => {
  opened.meta = await openMetaSide({ app: APP });
});

afterEach(() => opened.meta?.stop());

function meta(): MetaSide {
  if (opened.meta === undefined) throw new Error("the stand-in did not start");
  return opened.meta;
}

/** What of it is about Meta. */
async function examineMeta(
  extra: Readonly<Record<string, string>> = {},
): Promise<Examination & { readonly ofMeta: Diagnoses }> {
  const found = await examine({ ...meta().env, PUBLIC_URL: NOBODY, ...extra });
  for (const secret of [ACCESS_TOKEN, WABA_ID, NUMBER_ID, ...Object.values(SPAWNED_SECRETS)]) {
    expect(found.text).not.toContain(secret);
  }
  return { ...found, ofMeta: found.all.filter(({ check }) => check.startsWith("meta-")) };
}

async function deploy(): Promise<void> {
  for (const command of [
    ["keys", "upload"],
    ["flows", "deploy", "feedback"],
  ]) {
    const { status, stderr } = await meta().flowpoint(command, { PUBLIC_URL: NOBODY });
    expect({ status, stderr }).toMatchObject({ status: 0 });
  }
}

function flowAtMeta() {
  const [flow] = meta().graph.graph.flows.all;
  if (flow === undefined) throw new Error("nothing was deployed");
  return flow;
}

function wordsOf({ ofMeta }: { readonly ofMeta: Diagnoses }): string {
  return ofMeta.map(({ detail }) => detail).join("\n");
}

describe("doctor, with a Meta account", { timeout: 120_000 }, () => {
  it("names a number without a key, and one with another's", async () => {
    const none = await examineMeta();
    const [number] = meta().graph.graph.numbers;
    if (number === undefined) throw new Error("the stand-in has no number");
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    number.publicKey = publicKey.export({ type: "spki", format: "pem" }).toString();
    const foreign = await examineMeta();

    for (const { of } of [none, foreign]) {
      expect(of("meta-keys")).toMatchObject({
        state: "fail",
        remedy: "run: flowpoint keys upload --all",
      });
    }
    expect(none.of("meta-keys")?.detail).not.toBe(foreign.of("meta-keys")?.detail);
    expect(none.of("meta-flows")).toMatchObject({ state: "skipped" });
  });

  it("is content with a flow that was deployed from here", async () => {
    await deploy();

    const { of } = await examineMeta();

    expect(of("meta-keys")).toMatchObject({ state: "ok" });
    expect(of("meta-flows")).toMatchObject({
      state: "ok",
      detail: "feedback: DRAFT, can be sent",
    });
    expect(of("meta-webhooks")).toMatchObject({
      state: "ok",
      detail: "the app gets messages and flows",
    });
  });

  it.each<{
    readonly name: string;
    readonly app: Partial<FakeApp>;
    readonly env?: Readonly<Record<string, string>>;
    readonly state?: string;
    readonly detail: string;
  }>([
    {
      name: "an account that sends none",
      app: { isSubscribed: false },
      detail: "the account sends its webhooks to no app",
    },
    {
      name: "an account that sends them to another app",
      app: {},
      env: { WHATSAPP_APP_ID: "77" },
      detail: "the account sends its webhooks to other apps than WHATSAPP_APP_ID",
    },
    {
      name: "a secret of another app",
      app: { secret: "of-another-app" },
      detail: "Meta does not take WHATSAPP_APP_SECRET for the app of WHATSAPP_APP_ID",
    },
    {
      name: "an app without webhooks",
      app: { fields: [] },
      detail: "the app has no webhooks for WhatsApp",
    },
    {
      name: "a field that is missing",
      app: { fields: ["messages"] },
      detail: "the app is not subscribed to flows",
    },
    {
      name: "another address",
      app: { callbackUrl: "https://old.example.com/webhooks/whatsapp" },
      state: "warn",
      detail: "Meta sends the webhooks to another address than PUBLIC_URL/webhooks/whatsapp",
    },
    {
      name: "an app that is not known",
      app: {},
      env: { WHATSAPP_APP_ID: "" },
      state: "skipped",
      detail: "an app is subscribed; its fields cannot be asked for",
    },
  ])("names what is wrong with the webhooks: $name", async ({ app, env, state, detail }) => {
    await meta().stop();
    opened.meta = await openMetaSide({ app: { ...APP, ...app } });

    const { of } = await examineMeta(env);

    expect(of("meta-webhooks")).toMatchObject({ state: state ?? "fail", detail });
  });

  it("names each point of the checklist that is not met", async () => {
    await deploy();
    const flow = flowAtMeta();
    flow.endpointUri = "https://old.example.com/flows/feedback";
    flow.applicationId = "77";
    const moved = await examineMeta();
    flow.endpointUri = null;
    flow.applicationId = null;
    const bare = await examineMeta();
    flow.json = '{ "version": "7.3" }';
    const invalid = await examineMeta();

    expect(wordsOf(moved)).toContain("Meta calls an endpoint other than PUBLIC_URL");
    expect(wordsOf(moved)).toContain("connected to another app");
    expect(wordsOf(bare)).toContain("the endpoint URI is not set");
    expect(wordsOf(bare)).toContain("no app is connected");
    expect(wordsOf(invalid)).toMatch(/Meta finds \d+ errors in its flow\.json/);
    for (const { failed } of [moved, bare, invalid]) expect(failed).toContain("meta-flows");
  });

  it("lets a flow rest that was ended for good", async () => {
    await deploy();
    flowAtMeta().status = "DEPRECATED";

    const { failed, of } = await examineMeta();

    expect(failed).not.toContain("meta-flows");
    expect(of("meta-flows")).toMatchObject({
      state: "skipped",
      remedy: expect.stringContaining("--new --name") as unknown,
    });
  });

  it("names a flow that Meta has blocked", async () => {
    await deploy();
    flowAtMeta().status = "BLOCKED";

    const { of } = await examineMeta();

    expect(of("meta-flows")).toMatchObject({
      state: "fail",
      detail: "feedback: BLOCKED, sending is BLOCKED",
    });
  });

  it("names an access token that is no longer good, and shows none", async () => {
    const { ofMeta, text } = await examineMeta({ WHATSAPP_ACCESS_TOKEN: "EAAG-outdated" });

    expect(ofMeta[0]).toMatchObject({ check: "meta-keys", state: "fail" });
    expect(ofMeta[0]?.detail).toContain("WHATSAPP_ACCESS_TOKEN");
    expect(text).not.toContain("EAAG-outdated");
  });

  it("names a lockfile of another account", async () => {
    await deploy();

    const { of } = await examineMeta({ WHATSAPP_WABA_ID: "100000000000000" });

    expect(of("meta-flows")).toMatchObject({ state: "fail" });
    expect(`${of("meta-flows")?.detail} ${of("meta-flows")?.remedy}`).toContain("WHATSAPP_WABA_ID");
  });
});
