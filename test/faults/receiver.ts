// The system outside that completions are passed on to: takes what is signed, by the reference library, and is as
// unreliable as others' systems are until it is told to behave.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { z } from "zod";
import type { Random } from "./random.ts";
import type { Evidence } from "./reconcile.ts";

export interface Receiver {
  readonly url: string;
  readonly forwarded: Evidence["forwarded"];
  readonly unsigned: number;
  /** From now on it takes everything at once; whoever hangs is let go. */
  behave(): void;
  stop(): Promise<void>;
}

const FORWARDED = z.object({
  type: z.literal("flow.completed"),
  data: z.object({ id: z.uuid(), messageId: z.string() }),
});

/** @param random  `null`: it behaves from the beginning */
export async function startReceiver(secret: string, random: Random | null): Promise<Receiver> {
  const webhook = new Webhook(secret);
  const forwarded: { key: string; messageId: string }[] = [];
  let unsigned = 0;
  let chance = random;

  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    let messageId: string;
    // Node joins the values of these headers into one text each.
    const headers = request.headers as Record<string, string>;
    const key = headers["webhook-id"] ?? "";
    try {
      const { data } = FORWARDED.parse(webhook.verify(body, headers));
      if (data.id !== key) throw new Error("another id in the body than in the header");
      ({ messageId } = data);
    } catch {
      unsigned++;
      response.writeHead(401).end();
      return;
    }
    // Taken, and told or not: what is lost on the way back is repeated under the same key.
    forwarded.push({ key, messageId });
    if (chance?.happens(0.01) === true) return;
    response.writeHead(chance?.happens(0.05) === true ? 500 : 204).end();
  };

  const server = createServer((request, response) => {
    // A sender that was killed takes its request with it.
    receive(request, response).catch(() => response.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  // Listening on TCP: the address is an object.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    forwarded,
    get unsigned() {
      return unsigned;
    },
    behave: () => {
      chance = null;
      server.closeAllConnections();
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
