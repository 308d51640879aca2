// What Meta's Graph API does with a request, in memory: one WhatsApp business account with its flows, numbers and
// messages. HTTP is elsewhere, and so are the faults that a test asks for.

import { z } from "zod";
import type { Clock } from "../../flows/services.ts";
import { encodeError, FakeError, type FakeAnswer, refuse, refuseMissing } from "./fake-error.ts";
import { type FakeAccount, type FakeFlow, FakeFlows, validationErrorsOf } from "./fake-flows.ts";
import { showFlow } from "./show-flow.ts";
import {
  type FakeMessage,
  FakeMessages,
  type FakeNumber,
  type FakeTemplate,
  showPublicKey,
  takePublicKey,
} from "./fake-numbers.ts";

export type FakeGraphOptions = Partial<
  Omit<FakeAccount, "wabaId" | "hasPhoneNumber" | "findSignedKey">
> & {
  readonly wabaId: string;
  readonly phoneNumberIds: readonly string[];
  readonly accessToken: string;
  readonly clock: Clock;
  /** Of the token; default both. */
  readonly scopes?: readonly Scope[];
  readonly templates?: readonly FakeTemplate[];
  readonly keyShape?: "flat" | "wrapped";
  /** At most so many items on a page, however many are asked for; default 25. */
  readonly pageSize?: number;
  /** `ENDPOINT_REQUEST_COUNT` of every flow; metrics are refused below 250. */
  readonly requestCount?: number;
  readonly app?: FakeApp;
  /** Told of each message that was taken, which is delivered to nobody. */
  readonly onMessage?: (message: FakeMessage) => void;
};

/** The app whose webhooks the account sends. */
export type FakeApp = {
  readonly id: string;
  /** `null` takes any. */
  readonly secret: string | null;
  /** Whether the account sends its webhooks to it at all. */
  readonly isSubscribed: boolean;
  readonly callbackUrl: string;
  readonly fields: readonly string[];
};

export type Scope = "whatsapp_business_management" | "whatsapp_business_messaging";

export type FakeRequest = {
  readonly method: string;
  /** After the version; at least one. */
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
  /** Read as what its content type says: JSON, or a form. */
  readonly json: () => unknown;
  readonly form: () => Promise<FormData>;
  /** Where this stand-in is reached. */
  readonly origin: string;
};

const PAGE_SIZE = 25;

export class FakeGraph {
  readonly flows: FakeFlows;
  readonly numbers: readonly FakeNumber[];
  readonly messages: FakeMessages;
  readonly #options: FakeGraphOptions;

  constructor(options: FakeGraphOptions) {
    this.#options = options;
    this.numbers = options.phoneNumberIds.map((id, at) => ({
      id,
      verifiedName: `Number ${at + 1}`,
      displayNumber: `+1 555-010-000${at + 1}`,
      publicKey: null,
      signatureStatus: "VALID",
    }));
    this.flows = new FakeFlows({
      isRestricted: false,
      isSubscribedToFlows: true,
      frozenVersions: [],
      isPublishedFinal: false,
      isEndpointWell: async () => true,
      ...options,
      hasPhoneNumber: () => this.numbers.length > 0,
      // Which number's key Meta's health check is encrypted for, where there are several, is unverified.
      findSignedKey: () =>
        this.numbers.find(({ publicKey }) => publicKey !== null)?.publicKey ?? null,
    });
    this.messages = new FakeMessages(
      this.flows,
      options.templates ?? [],
      options.onMessage ?? (() => {}),
    );
  }

  async answer(request: FakeRequest): Promise<FakeAnswer> {
    try {
      this.#assertToken(request);
      return { status: 200, body: await this.#act(request) };
    } catch (error) {
      if (error instanceof FakeError) return error.answer;
      throw error;
    }
  }

  /** A flow.json at the address that its asset gives; whoever has the address may read it. */
  download(flowId: string): FakeAnswer {
    const json = this.flows.find(flowId)?.json ?? null;
    if (json === null) return encodeError({ status: 404, code: 1, message: "Not found" });
    return { status: 200, body: json };
  }

  #assertToken({ authorization, path }: FakeRequest): void {
    const { app } = this.#options;
    if (app !== undefined && path[0] === app.id) return assertAppToken(app, authorization);
    if (authorization !== `Bearer ${this.#options.accessToken}`) {
      throw refuse({
        status: 401,
        code: 190,
        message: "Invalid OAuth access token - Cannot parse access token",
      });
    }
    const [, edge] = path;
    const isMessaging = edge === "messages" || edge === "whatsapp_business_encryption";
    const scope: Scope = isMessaging
      ? "whatsapp_business_messaging"
      : "whatsapp_business_management";
    if (this.#options.scopes?.includes(scope) === false) {
      throw refuse({
        status: 403,
        code: 200,
        message: `(#200) You do not have the necessary permissions required: ${scope}`,
      });
    }
  }

  async #act(request: FakeRequest): Promise<unknown> {
    const { method, path } = request;
    const [id = "", edge = ""] = path;
    const route = `${method} ${edge}`;
    const flow = this.flows.find(id);
    if (flow !== undefined) return this.#actOnFlow(route, flow, request);
    const number = this.numbers.find((one) => one.id === id);
    if (number !== undefined) return this.#actOnNumber(route, number, request);
    if (id === this.#options.wabaId) return this.#actOnAccount(route, request);
    const { app } = this.#options;
    if (id === app?.id && route === "GET subscriptions") return showSubscriptions(app);
    throw refuseMissing(id, method);
  }

  async #actOnAccount(route: string, { json, query, path }: FakeRequest): Promise<unknown> {
    switch (route) {
      case "POST flows":
        return this.flows.create(json());
      case "GET flows":
        return this.#page(
          this.flows.all.map((flow) => ({
            id: flow.id,
            name: flow.name,
            status: flow.status,
            categories: flow.categories,
            validation_errors: validationErrorsOf(flow),
          })),
          query,
        );
      case "GET subscribed_apps": {
        const { app } = this.#options;
        const shown = { whatsapp_business_api_data: { id: app?.id, name: "App" } };
        return { data: app?.isSubscribed === true ? [shown] : [] };
      }
      case "GET phone_numbers":
        return this.#page(
          this.numbers.map(({ id, verifiedName }) => ({ id, verified_name: verifiedName })),
          query,
        );
      default:
        throw refuseMissing(path.join("/"), route);
    }
  }

  async #actOnFlow(route: string, flow: FakeFlow, request: FakeRequest): Promise<unknown> {
    switch (route) {
      case "GET ":
        return showFlow(flow, request.query["fields"], request.origin, this.#options);
      case "POST ":
        return this.flows.update(flow, request.json());
      case "DELETE ":
        return this.flows.delete(flow);
      case "POST assets":
        return this.flows.upload(flow, await request.form());
      case "GET assets": {
        const address = `${request.origin}/downloads/${flow.id}`;
        const asset = { name: "flow.json", asset_type: "FLOW_JSON", download_url: address };
        return this.#page(flow.json === null ? [] : [asset], request.query);
      }
      case "POST publish":
        return this.flows.publish(flow);
      case "POST deprecate":
        return this.flows.deprecate(flow);
      default:
        throw refuseMissing(request.path.join("/"), route);
    }
  }

  async #actOnNumber(route: string, number: FakeNumber, request: FakeRequest): Promise<unknown> {
    switch (route) {
      case "GET ":
        return { id: number.id, display_phone_number: number.displayNumber };
      case "GET whatsapp_business_encryption":
        return showPublicKey(number, this.#options.keyShape ?? "wrapped");
      case "POST whatsapp_business_encryption": {
        const pem = (await request.form()).get("business_public_key");
        return takePublicKey(number, typeof pem === "string" ? pem : null);
      }
      case "POST messages":
        return this.messages.send(number, request.json());
      default:
        throw refuseMissing(request.path.join("/"), route);
    }
  }

  #page(items: readonly object[], query: FakeRequest["query"]): object {
    const { limit, after } = PAGING.parse(query);
    const size = Math.min(limit ?? PAGE_SIZE, this.#options.pageSize ?? PAGE_SIZE);
    const start = after === undefined ? 0 : Number(Buffer.from(after, "base64").toString());
    const end = start + size;
    const data = items.slice(start, end);
    if (data.length === 0) return { data };
    return {
      data,
      paging: {
        cursors: { before: cursorAt(start), after: cursorAt(end) },
        ...(end < items.length ? { next: `after=${cursorAt(end)}` } : {}),
      },
    };
  }
}

/** An app asks about itself with its own id and secret. */
function assertAppToken({ id, secret }: FakeApp, authorization: string | undefined): void {
  const [, givenId, given] = /^Bearer ([^|]+)\|(.+)$/.exec(authorization ?? "") ?? [];
  if (givenId === id && (secret === null || given === secret)) return;
  throw refuse({ code: 190, message: "Invalid OAuth access token signature." });
}

function showSubscriptions({ callbackUrl, fields }: FakeApp): object {
  const object = "whatsapp_business_account";
  const shown = fields.map((name) => ({ name, version: "v25.0" }));
  return {
    data:
      fields.length === 0
        ? []
        : [{ object, callback_url: callbackUrl, fields: shown, active: true }],
  };
}

function cursorAt(place: number): string {
  return Buffer.from(String(place)).toString("base64");
}

const PAGING = z.object({
  limit: z.coerce.number().int().min(1).optional(),
  after: z.string().optional(),
});
