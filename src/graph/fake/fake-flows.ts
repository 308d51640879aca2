// The flows of the stand-in, with the states and the checks that Meta documents. Validation errors are those of this
// project's own linter in its Meta mode.
//
// Source: Meta, "Flows API", "Flow lifecycle" and "Error codes".

import { createHash } from "node:crypto";
import { z } from "zod";
import { checkFlowJson } from "../../flow-json/check/check-flow-json.ts";
import type { Finding } from "../../flow-json/check/finding.ts";
import { isJsonObject, type JsonObject } from "../../flow-json/json-value.ts";
import { FLOW_CATEGORIES } from "../flows.ts";
import { refuse, refusePublishing } from "./fake-error.ts";
import type { HealthCheck } from "./health-check.ts";

export type FakeFlow = {
  readonly id: string;
  name: string;
  categories: readonly string[];
  status: string;
  /** `null` until the first upload. */
  json: string | null;
  /** What messages open that are not sent as drafts. */
  publishedJson: string | null;
  endpointUri: string | null;
  applicationId: string | null;
  /** Grows when a new preview link is asked for. */
  previews: number;
};

/** What the account is like; a test may set it otherwise. */
export type FakeAccount = {
  readonly wabaId: string;
  /** The account is restricted: nothing can be created or published. */
  readonly isRestricted: boolean;
  readonly isSubscribedToFlows: boolean;
  /** Flow JSON versions that can no longer be published. */
  readonly frozenVersions: readonly string[];
  /** As for flows of before November 2024. */
  readonly isPublishedFinal: boolean;
  readonly hasPhoneNumber: () => boolean;
  /** PEM; `null` where no number has one. */
  readonly findSignedKey: () => string | null;
  readonly isEndpointWell: HealthCheck;
};

const METADATA = z.object({
  name: z.string().min(1).optional(),
  categories: z.array(z.enum(FLOW_CATEGORIES)).min(1).optional(),
  endpoint_uri: z.string().optional(),
  application_id: z.string().optional(),
});

const NEW_FLOW = METADATA.extend({
  name: z.string().min(1),
  categories: z.array(z.enum(FLOW_CATEGORIES)).min(1),
  flow_json: z.string().optional(),
  publish: z.boolean().optional(),
});

export class FakeFlows {
  readonly #account: FakeAccount;
  readonly #flows: FakeFlow[] = [];

  constructor(account: FakeAccount) {
    this.#account = account;
  }

  get all(): readonly FakeFlow[] {
    return this.#flows;
  }

  find(id: string): FakeFlow | undefined {
    return this.#flows.find((flow) => flow.id === id);
  }

  async create(body: unknown): Promise<object> {
    this.#assertUnrestricted();
    const wanted = parse(NEW_FLOW, body);
    this.#assertUnique(wanted.name);
    const flow: FakeFlow = {
      id: idOf(this.#account.wabaId, this.#flows.length + 1),
      name: wanted.name,
      categories: wanted.categories,
      status: "DRAFT",
      json: wanted.flow_json ?? null,
      publishedJson: null,
      endpointUri: parseEndpoint(wanted.endpoint_uri) ?? null,
      applicationId: null,
      previews: 1,
    };
    this.#flows.push(flow);
    if (wanted.publish === true) await this.publish(flow);
    return { id: flow.id, success: true, validation_errors: validationErrorsOf(flow) };
  }

  update(flow: FakeFlow, body: unknown): object {
    assertNotDeprecated(flow);
    const wanted = parse(METADATA, body);
    if (wanted.name !== undefined && wanted.name !== flow.name) this.#assertUnique(wanted.name);
    flow.name = wanted.name ?? flow.name;
    flow.categories = wanted.categories ?? flow.categories;
    flow.endpointUri = parseEndpoint(wanted.endpoint_uri) ?? flow.endpointUri;
    flow.applicationId = wanted.application_id ?? flow.applicationId;
    return { success: true };
  }

  /** @param form  of the multipart body */
  async upload(flow: FakeFlow, form: FormData): Promise<object> {
    assertNotDeprecated(flow);
    const file = form.get("file");
    if (form.get("asset_type") !== "FLOW_JSON" || form.get("name") !== "flow.json") {
      throw refuse({ code: 100, message: "(#100) Invalid parameter: name or asset_type" });
    }
    if (!(file instanceof Blob)) {
      throw refuse({ code: 100, message: "(#100) The parameter file is required" });
    }
    if (flow.publishedJson !== null && this.#account.isPublishedFinal) throw refuseUpdate();
    flow.json = await file.text();
    flow.status = "DRAFT";
    return { success: true, validation_errors: validationErrorsOf(flow) };
  }

  async publish(flow: FakeFlow): Promise<object> {
    this.#assertUnrestricted();
    if (flow.status !== "DRAFT") {
      throw refusePublishing("Publishing Flow in invalid state", "The Flow is not a draft.");
    }
    const { json } = flow;
    if (json === null || validationErrorsOf(flow).length > 0) {
      throw refusePublishing(
        "Publishing Flow with validation errors",
        "The Flow JSON has validation errors.",
      );
    }
    const document = readJson(json);
    if (this.#account.frozenVersions.some((version) => version === document["version"])) {
      throw refusePublishing(
        "Versions in Flow JSON file are not available for publishing",
        "The Flow uses a version that is frozen or has expired.",
      );
    }
    if (!this.#account.hasPhoneNumber()) {
      throw refusePublishing(
        "No Phone Number connected to WhatsApp Business Account",
        "Add a phone number to the account first.",
      );
    }
    if (document["data_api_version"] !== undefined) await this.#assertServed(flow);
    flow.publishedJson = json;
    flow.status = "PUBLISHED";
    return { success: true };
  }

  deprecate(flow: FakeFlow): object {
    if (flow.status === "DEPRECATED") {
      throw refuse({
        code: 139_003,
        message: "(#139003) Deprecating failed",
        title: "Flow is already deprecated",
      });
    }
    if (flow.publishedJson === null) {
      throw refuse({
        code: 139_003,
        message: "(#139003) Deprecating failed",
        title: "Can't deprecate unpublished flow",
      });
    }
    flow.status = "DEPRECATED";
    return { success: true };
  }

  delete(flow: FakeFlow): object {
    if (flow.publishedJson !== null) {
      throw refuse({
        code: 139_004,
        message: "(#139004) Deleting failed",
        title: "Can't delete published Flow",
      });
    }
    this.#flows.splice(this.#flows.indexOf(flow), 1);
    return { success: true };
  }

  /** Endpoint, key, app and webhooks, which only a flow with an endpoint needs. */
  async #assertServed({ endpointUri, applicationId }: FakeFlow): Promise<void> {
    if (endpointUri === null) {
      throw refusePublishing(
        "Publishing without specifying endpoint_uri is forbidden",
        "Set the endpoint_uri of the Flow first.",
      );
    }
    const publicKey = this.#account.findSignedKey();
    if (publicKey === null) {
      throw refusePublishing(
        "Missing Flows Signed Public Key",
        "Upload a public key to a phone number of the account first.",
      );
    }
    if (applicationId === null) {
      throw refusePublishing(
        "No Application Connected to the Flow",
        "Connect a Meta app to the Flow first.",
      );
    }
    if (!(await this.#account.isEndpointWell(endpointUri, publicKey))) {
      throw refusePublishing(
        "Endpoint Not Available",
        "The endpoint did not answer the health check.",
      );
    }
    if (!this.#account.isSubscribedToFlows) {
      throw refusePublishing(
        "WhatsApp Business Account is not subscribed to Flows Webhooks",
        "Subscribe the account to the flows webhook first.",
      );
    }
  }

  #assertUnrestricted(): void {
    if (!this.#account.isRestricted) return;
    throw refuse({
      code: 139_000,
      message: "(#139000) Blocked by integrity",
      title: "Blocked By Integrity",
      userMessage: "The account is restricted.",
    });
  }

  #assertUnique(name: string): void {
    if (this.#flows.every((flow) => flow.name !== name)) return;
    throw refuse({
      code: 100,
      message: "(#100) Invalid parameter",
      title: "Flow name is not unique",
      userMessage: "Another Flow of this account has that name.",
    });
  }
}

/** As `validation_errors` has them. */
export function validationErrorsOf({ json }: FakeFlow): readonly object[] {
  if (json === null) return [];
  return checkFlowJson(json, { mode: "meta" }).findings.map(toValidationError);
}

function toValidationError({ code, message, path, range }: Finding): object {
  const place = {
    line_start: range.line,
    line_end: range.endLine,
    column_start: range.column,
    column_end: range.endColumn,
  };
  return {
    error: code,
    error_type: "FLOW_JSON_ERROR",
    message,
    ...place,
    pointers: [{ ...place, path }],
  };
}

function assertNotDeprecated({ status }: FakeFlow): void {
  if (status === "DEPRECATED") throw refuseUpdate();
}

function refuseUpdate(): Error {
  return refuse({
    code: 139_001,
    message: "(#139001) Updating failed",
    title: "Flow can't be updated",
    userMessage: "The Flow was published and can no longer be changed.",
  });
}

function parseEndpoint(uri: string | undefined): string | undefined {
  if (uri === undefined || /^https?:$/.test(URL.parse(uri)?.protocol ?? "")) return uri;
  throw refuse({ code: 100, message: "(#100) Invalid parameter", title: "Invalid Endpoint URI" });
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join(".") ?? "";
  throw refuse({ code: 100, message: `(#100) Param ${field} is not valid` });
}

/** Of a flow.json; what is no JSON object has nothing in it. */
export function readJson(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** Long and without a pattern, as Meta's are; the same in every run. */
function idOf(wabaId: string, number: number): string {
  const digest = createHash("sha256").update(`${wabaId}/${number}`).digest();
  return String((digest.readBigUInt64BE() % 900_000_000_000_000n) + 100_000_000_000_000n);
}
