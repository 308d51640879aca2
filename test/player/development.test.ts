// The player of a real development server: everything that its page can do, over HTTP, with a phone of the test's own.

import { readFile, stat } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  DeliveredCompletion,
  OpenedMessage,
  PlayerCompletion,
  PlayerFlowDetail,
  PlayerFlows,
  RelayFault,
  RelayResponse,
} from "../../src/player/api.ts";
import { submit } from "../helpers/build-server.ts";
import { createPhone, type SignedRequest } from "../helpers/phone.ts";
import {
  makeTemporaryFolder,
  type SpawnedServer,
  spawnedKeys,
  spawnServer,
} from "../helpers/spawn-server.ts";
import { askApi } from "./player-server.ts";

/** As long as it takes, within the test's own time. */
const PATIENTLY = { timeout: 20_000, interval: 100 };

/** The relay signs in its stead. */
const phone = createPhone(spawnedKeys.publicKey, "not used");

describe("the player of a development server", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let receiver: Server;
  let server: SpawnedServer;
  let port: number;
  let key: string;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    receiver = createServer((request, response) => {
      request.resume();
      response.end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    server = await spawnServer(folder.path, {
      // A TCP listener has one.
      FORWARD_URL: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
      FORWARD_SECRET: `whsec_${Buffer.alloc(32).toString("base64")}`,
    });
    port = Number(new URL(server.url).port);
    key = await readFile(path.join(folder.path, "player-key"), "utf8");
  });

  afterAll(async () => {
    await server.stop();
    await new Promise((resolve) => receiver.close(resolve));
    await folder.remove();
  });

  async function call<T>(where: string, json?: unknown): Promise<T> {
    const { status, body } = await askApi(port, where, {
      key,
      ...(json === undefined ? {} : { json }),
    });
    expect(status).toBe(200);
    // The types of src/player/api.ts: both sides of it are under test here.
    return JSON.parse(body) as T;
  }

  const openMessage = (ttlSeconds = 3600): Promise<OpenedMessage> =>
    call("flows/drill/message", { claims: { customer: "7" }, ttlSeconds });

  const relay = (request: SignedRequest, fault: RelayFault = null): Promise<RelayResponse> =>
    call("flows/drill/relay", { body: request.body.toString(), fault });

  async function exchange(behave: string, note = "", fault: RelayFault = null) {
    const { flowToken } = await openMessage();
    const request = phone.request(submit(flowToken, behave, note));
    const response = await relay(request, fault);
    const clear: unknown =
      response.body === "" ? undefined : JSON.parse(request.decrypt(response.body));
    return { ...response, clear };
  }

  it("is announced with its key, which only the owner of the data can read", async () => {
    const file = path.join(folder.path, "player-key");

    expect(server.output().stdout).toContain(`player    ${server.url}/player/#key=${key}\n`);
    expect(key).toMatch(/^[\w-]{32}$/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("shows its page", async () => {
    const response = await fetch(`${server.url}/player/`);

    expect(response.status).toBe(200);
    const html = await response.text();
    const script = /src="(\/player\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? "";
    const loaded = await fetch(`${server.url}${script}`);
    expect(loaded.headers.get("content-type")).toMatch(/^text\/javascript/);
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bon\w+=/);
  });

  it("knows the flows, and the key that requests are encrypted with", async () => {
    const flows = await call<PlayerFlows>("flows");
    const detail = await call<PlayerFlowDetail>("flows/drill");

    expect(flows.find(({ flow }) => flow === "drill")?.problem).toBeNull();
    expect(detail.publicKey).toBe(
      spawnedKeys.publicKey.export({ type: "spki", format: "der" }).toString("base64"),
    );
  });

  it("relays an exchange to the real endpoint", async () => {
    const { status, clear, log } = await exchange("show", "hello");

    expect(status).toBe(200);
    expect(clear).toMatchObject({ screen: "DETAILS" });
    expect(log.filter(({ level }) => level !== "info")).toEqual([]);
  });

  it("opens messages whose token carries the claims, and expires", async () => {
    const { flowToken, messageId, from } = await openMessage(0);
    const request = phone.request(submit(flowToken, "show"));

    const { status, log } = await relay(request);

    expect(messageId).toMatch(/^wamid\./);
    expect(from).toMatch(/^\d+$/);
    expect(status).toBe(427);
    expect(log).toHaveLength(1);
  });

  it("tells what the server logged about an exchange, and nothing that was sent", async () => {
    const { status, log } = await exchange("throw", "canary");

    expect(status).toBe(200);
    expect(log).toEqual([
      {
        level: "error",
        message: expect.any(String) as unknown,
        fields: expect.objectContaining({ flow: "drill", fault: "HANDLER_FAILED" }) as unknown,
      },
    ]);
    expect(JSON.stringify(log)).not.toContain("canary");
  });

  it("signs badly when told to", async () => {
    expect(await exchange("show", "", "bad-signature")).toMatchObject({ status: 432, body: "" });
  });

  it("has the handler miss its deadline when told to, and answers in its stead", async () => {
    const slow = await exchange("show", "hello", "slow-handler");

    expect(slow).toMatchObject({
      status: 200,
      clear: { screen: "START", data: { error_message: expect.any(String) as unknown } },
    });
    expect(slow.log.map(({ fields }) => fields["fault"])).toEqual(["HANDLER_TOO_SLOW"]);
    expect((await exchange("show")).clear).toMatchObject({ screen: "DETAILS" });
  });

  it("loses the answer when told to, after the endpoint has done its work", async () => {
    const note = `lost ${crypto.randomUUID()}`;

    const lost = await exchange("once", note, "drop-connection");
    const found = await exchange("effects", note);

    expect(lost).toMatchObject({ status: null, body: "" });
    expect(JSON.stringify(found.clear)).toContain('"count":1');
  });

  it("sends slowly when told to, and is answered all the same", async () => {
    expect(await exchange("show", "", "slow-network")).toMatchObject({ status: 200 });
  });

  it("delivers a completion, and sees it through", async () => {
    const { flowToken, messageId, from } = await openMessage();
    const completion = {
      messageId: `${messageId}+/=`,
      contextMessageId: messageId,
      from,
      responseJson: JSON.stringify({ line: "one", flow_token: flowToken }),
    };

    const delivered = await call<DeliveredCompletion>("completions", completion);

    expect(delivered.status).toBe(200);
    await expect
      .poll(
        () => call<PlayerCompletion>(`completions/${encodeURIComponent(completion.messageId)}`),
        PATIENTLY,
      )
      .toEqual({
        flow: "drill",
        matchedBy: "token",
        state: "done",
        attempts: 1,
        forwarded: true,
        problem: null,
      });
  });

  it("keeps its key over a restart", async () => {
    await server.stop();
    server = await spawnServer(folder.path);
    port = Number(new URL(server.url).port);

    expect((await call<PlayerFlows>("flows")).length).toBeGreaterThan(0);
  });
});
