// Flows at Meta. Source: Meta, "Flows API".

import { z } from "zod";
import type { GraphClient } from "./client.ts";
import { readPages } from "./pages.ts";

export const FLOW_CATEGORIES = [
  "SIGN_UP",
  "SIGN_IN",
  "APPOINTMENT_BOOKING",
  "LEAD_GENERATION",
  "CONTACT_US",
  "CUSTOMER_SUPPORT",
  "SURVEY",
  "OTHER",
] as const;
export type FlowCategory = (typeof FLOW_CATEGORIES)[number];

const VALIDATION_ERROR = z
  .object({
    error: z.string(),
    message: z.string(),
    line_start: z.number().default(0),
    line_end: z.number().default(0),
    column_start: z.number().default(0),
    column_end: z.number().default(0),
    pointers: z.array(z.object({ path: z.string().default("") })).optional(),
  })
  .transform((found) => ({
    code: found.error,
    message: found.message,
    line: found.line_start,
    column: found.column_start,
    endLine: found.line_end,
    endColumn: found.column_end,
    path: found.pointers?.[0]?.path ?? "",
  }));

const VALIDATION_ERRORS = z
  .array(VALIDATION_ERROR)
  .nullish()
  .transform((errors) => errors ?? []);

/** What Meta finds wrong with a flow.json; lines and columns from 1, 0 for the whole document. */
export type ValidationError = z.output<typeof VALIDATION_ERROR>;

/** Statuses are not checked: one that Meta adds is shown as it comes. */
const LISTED = z.object({ id: z.string(), name: z.string(), status: z.string() });

export type ListedFlow = z.output<typeof LISTED>;

const OWNER = z.object({ id: z.string() }).nullish();

const FLOW = z
  .object({
    ...LISTED.shape,
    categories: z.array(z.string()).default([]),
    validation_errors: VALIDATION_ERRORS,
    json_version: z.string().nullish(),
    data_api_version: z.string().nullish(),
    endpoint_uri: z.string().nullish(),
    whatsapp_business_account: OWNER,
    application: OWNER,
  })
  .transform((flow) => ({
    id: flow.id,
    name: flow.name,
    status: flow.status,
    categories: flow.categories,
    validationErrors: flow.validation_errors,
    endpointUri: flow.endpoint_uri ?? null,
    /** `null` where Meta does not say. */
    wabaId: flow.whatsapp_business_account?.id ?? null,
    applicationId: flow.application?.id ?? null,
  }));

/** A flow as Meta has it. */
export type MetaFlow = z.output<typeof FLOW>;

const FLOW_FIELDS = [
  "id",
  "name",
  "status",
  "categories",
  "validation_errors",
  "json_version",
  "data_api_version",
  "endpoint_uri",
  "whatsapp_business_account",
  "application",
].join(",");

const DONE = z.object({ success: z.literal(true) });

/** All flows of an account, page by page. */
export function listFlows(
  client: GraphClient,
  wabaId: string,
  signal: AbortSignal,
): AsyncGenerator<ListedFlow> {
  return readPages(
    client,
    {
      path: [wabaId, "flows"],
      query: { fields: "id,name,status" },
      item: LISTED,
      operation: "list the flows of the account",
    },
    signal,
  );
}

export async function findFlowByName(
  client: GraphClient,
  wabaId: string,
  name: string,
  signal: AbortSignal,
): Promise<ListedFlow | null> {
  for await (const flow of listFlows(client, wabaId, signal)) if (flow.name === name) return flow;
  return null;
}

/** @throws GraphError; `isMissing` tells of one that there is not */
export function readFlow(
  client: GraphClient,
  flowId: string,
  signal: AbortSignal,
): Promise<MetaFlow> {
  return client.call(
    {
      method: "GET",
      path: [flowId],
      query: { fields: FLOW_FIELDS },
      answer: FLOW,
      operation: "show the flow",
      repeatable: true,
    },
    signal,
  );
}

/**
 * Creates an empty draft. Not repeated: whether it was done is found out by looking for the name.
 *
 * @returns its id
 */
export async function createFlow(
  client: GraphClient,
  wabaId: string,
  flow: { readonly name: string; readonly categories: readonly string[] },
  signal: AbortSignal,
): Promise<string> {
  const { id } = await client.call(
    {
      method: "POST",
      path: [wabaId, "flows"],
      body: { kind: "json", value: flow },
      answer: z.object({ id: z.string() }),
      operation: "create the flow",
      repeatable: false,
    },
    signal,
  );
  return id;
}

/** What is left out stays as it is. */
export type FlowMetadata = {
  readonly name?: string;
  readonly categories?: readonly string[];
  readonly endpointUri?: string;
  readonly applicationId?: string;
};

export async function updateFlow(
  client: GraphClient,
  flowId: string,
  { endpointUri, applicationId, ...metadata }: FlowMetadata,
  signal: AbortSignal,
): Promise<void> {
  const value = {
    ...metadata,
    ...(endpointUri === undefined ? {} : { endpoint_uri: endpointUri }),
    ...(applicationId === undefined ? {} : { application_id: applicationId }),
  };
  await client.call(
    {
      method: "POST",
      path: [flowId],
      body: { kind: "json", value },
      answer: DONE,
      operation: "update the flow",
      repeatable: true,
    },
    signal,
  );
}

const UPLOAD_TIMEOUT_MS = 60_000;

/**
 * Replaces the flow's JSON. Of a published flow this makes a draft again; messages already sent keep the old one.
 *
 * @returns what keeps it from being published
 */
export async function uploadFlowJson(
  client: GraphClient,
  flowId: string,
  text: string,
  signal: AbortSignal,
): Promise<readonly ValidationError[]> {
  const { validation_errors } = await client.call(
    {
      method: "POST",
      path: [flowId, "assets"],
      body: {
        kind: "file",
        fields: { name: "flow.json", asset_type: "FLOW_JSON" },
        file: { name: "flow.json", type: "application/json", text },
      },
      answer: DONE.extend({ validation_errors: VALIDATION_ERRORS }),
      operation: "take the flow.json",
      repeatable: true,
      timeoutMs: UPLOAD_TIMEOUT_MS,
    },
    signal,
  );
  return validation_errors;
}

const ASSET = z.object({ asset_type: z.string(), download_url: z.string() });

/** @returns `null` for a flow that has none yet */
export async function downloadFlowJson(
  client: GraphClient,
  flowId: string,
  signal: AbortSignal,
): Promise<string | null> {
  const operation = "give the flow.json";
  const pages = readPages(
    client,
    { path: [flowId, "assets"], query: {}, item: ASSET, operation },
    signal,
  );
  for await (const asset of pages) {
    if (asset.asset_type === "FLOW_JSON") {
      return client.download(asset.download_url, operation, signal);
    }
  }
  return null;
}

/** Not repeated: a second time Meta refuses, since the flow is no draft any more. */
export function publishFlow(client: GraphClient, id: string, signal: AbortSignal): Promise<void> {
  return changeState(client, { method: "POST", path: [id, "publish"] }, "publish the flow", signal);
}

/** For good: nobody can open it any more, nor is there a way back. */
export function deprecateFlow(client: GraphClient, id: string, signal: AbortSignal): Promise<void> {
  const request = { method: "POST", path: [id, "deprecate"] } as const;
  return changeState(client, request, "deprecate the flow", signal);
}

/** Drafts only. */
export function deleteFlow(client: GraphClient, id: string, signal: AbortSignal): Promise<void> {
  return changeState(client, { method: "DELETE", path: [id] }, "delete the flow", signal);
}

async function changeState(
  client: GraphClient,
  request: { readonly method: "POST" | "DELETE"; readonly path: readonly string[] },
  operation: string,
  signal: AbortSignal,
): Promise<void> {
  await client.call({ ...request, answer: DONE, operation, repeatable: false }, signal);
}

const PREVIEW = z.object({
  preview: z.object({ preview_url: z.url(), expires_at: z.string() }),
});

/**
 * A link that anybody can open who has it, for 30 days.
 *
 * @param renew  makes a new one and ends the old one
 */
export async function readPreview(
  client: GraphClient,
  flowId: string,
  renew: boolean,
  signal: AbortSignal,
): Promise<{ readonly url: string; readonly expiresAt: string }> {
  const { preview } = await client.call(
    {
      method: "GET",
      path: [flowId],
      query: { fields: `preview.invalidate(${renew})` },
      answer: PREVIEW,
      operation: "give a preview",
      repeatable: !renew,
    },
    signal,
  );
  return { url: preview.preview_url, expiresAt: preview.expires_at };
}
