// Sends a spawned server one of everything that Meta sends, so that whatever it counts, logs and traces is there to be
// looked at. What a person would have typed is a canary.

import { randomUUID } from "node:crypto";
import { request } from "undici";
import { expect } from "vitest";
import {
  flowsChange,
  messagesChange,
  notificationOf,
  responseMessage,
  signatureOf,
} from "../webhooks/notification.ts";
import { submit } from "./build-server.ts";
import { createPhone, type SignedRequest } from "./phone.ts";
import {
  mintForSpawned,
  SPAWNED_SECRETS,
  type SpawnedServer,
  spawnedKeys,
} from "./spawn-server.ts";

const APP_SECRET = SPAWNED_SECRETS.WHATSAPP_APP_SECRET.split(",")[0] ?? "";

/** Typed, sent or secret: none of it may be told anywhere. */
export type Canaries = {
  readonly answer: string;
  readonly phone: string;
  readonly token: string;
};

/** @param traceparent  sent along with each request */
export async function sendOneOfEverything(
  server: Pick<SpawnedServer, "url">,
  traceparent: string,
): Promise<Canaries> {
  const token = mintForSpawned();
  const canaries = { answer: `CANARY-${randomUUID()}`, phone: "16505550199", token };
  const phone = createPhone(spawnedKeys.publicKey, APP_SECRET);
  const stranger = createPhone(spawnedKeys.publicKey, "not-the-app-secret");

  const post = async (path: string, { headers, body }: Omit<SignedRequest, "decrypt">) => {
    // Not `fetch`, which sends what is answered 421 a second time.
    const answer = await request(`${server.url}${path}`, {
      method: "POST",
      headers: { ...headers, traceparent },
      body,
    });
    await answer.body.dump();
    return answer.statusCode;
  };
  const exchange = (clear: object): Promise<number> => post("/flows/drill", phone.request(clear));
  const notify = (body: string): Promise<number> =>
    post("/webhooks/whatsapp", {
      headers: {
        "content-type": "application/json",
        "x-hub-signature-256": signatureOf(body, APP_SECRET),
      },
      body: Buffer.from(body),
    });

  const repeated = phone.request(submit(token, "show", canaries.answer));
  const reply = {
    response_json: JSON.stringify({ flow_token: token, line: canaries.answer }),
  };
  const statuses = {
    ping: await exchange({ version: "3.0", action: "ping" }),
    init: await exchange({ version: "3.0", action: "INIT", flow_token: token }),
    shown: await post("/flows/drill", repeated),
    repeated: await post("/flows/drill", repeated),
    effect: await exchange(submit(token, "once", canaries.answer)),
    thrown: await exchange(submit(token, "throw", canaries.answer)),
    reported: await exchange({
      version: "3.0",
      action: "data_exchange",
      screen: "START",
      flow_token: token,
      data: { error: "timeout_error", error_message: canaries.answer },
    }),
    unsigned: await post("/flows/drill", stranger.request({ version: "3.0", action: "ping" })),
    undecryptable: await post(
      "/flows/drill",
      phone.request({ version: "3.0", action: "ping" }, { tagBytes: 4 }),
    ),
    refused: await exchange({
      version: "3.0",
      action: "INIT",
      flow_token: `${canaries.answer}-token`,
    }),
    completion: await notify(
      JSON.stringify(
        notificationOf(
          messagesChange([
            responseMessage(`wamid.${randomUUID()}`, { from: canaries.phone }, reply),
          ]),
        ),
      ),
    ),
    alert: await notify(
      JSON.stringify(
        notificationOf(
          flowsChange({
            event: "ENDPOINT_LATENCY",
            flow_id: "1",
            alert_state: "ACTIVATED",
            threshold: 1000,
          }),
        ),
      ),
    ),
    unreadable: await notify(`{"${canaries.answer}"`),
  };
  expect(statuses).toEqual({
    ping: 200,
    init: 200,
    shown: 200,
    repeated: 200,
    effect: 200,
    thrown: 200,
    reported: 200,
    unsigned: 432,
    undecryptable: 421,
    refused: 427,
    completion: 200,
    alert: 200,
    unreadable: 200,
  });
  return canaries;
}
