// One flow at Meta against Meta's checklist for publishing and sending: endpoint, app, valid Flow JSON, health.

import type { Settings } from "../../app/settings.ts";
import type { MetaFlow } from "../../graph/flows.ts";
import type { FlowHealth } from "../../graph/health.ts";
import { type Diagnosis, failed, passed, skipped, warned } from "./diagnosis.ts";

const CHECK = "meta-flows";

export type DeployedFlow = {
  /** Of its folder. */
  readonly name: string;
  readonly flow: MetaFlow;
  readonly health: FlowHealth;
  /** A step that was begun and not finished. */
  readonly pending: string | null;
};

/** What finishes a step; everything else is finished by a deployment. */
const STEP_COMMANDS: Readonly<Record<string, string>> = {
  publish: "publish",
  deprecate: "deprecate --yes",
};

/** @returns one failure for each unmet point of the list, or one diagnosis that all are met */
export function describeDeployedFlow(
  { name, flow, health, pending }: DeployedFlow,
  { PUBLIC_URL, WHATSAPP_APP_ID }: Pick<Settings, "PUBLIC_URL" | "WHATSAPP_APP_ID">,
): readonly Diagnosis[] {
  if (flow.status === "DEPRECATED") {
    const remedy = "deploy it as a new flow with --new --name <name> if it is still wanted";
    return [skipped(CHECK, `${name}: deprecated at Meta, for good`, remedy)];
  }
  const redeploy = `run: flowpoint flows deploy ${name}`;
  const unmet: Diagnosis[] = [];
  const fail = (what: string, remedy: string): void => {
    unmet.push(failed(CHECK, `${name}: ${what}`, remedy));
  };
  const { endpointUri, applicationId, validationErrors, status } = flow;
  if (endpointUri !== null && PUBLIC_URL !== undefined) {
    const ours = `${PUBLIC_URL.replace(/\/+$/, "")}/flows/${name}`;
    if (endpointUri !== ours) fail("Meta calls an endpoint other than PUBLIC_URL", redeploy);
  }
  if (
    applicationId !== null &&
    WHATSAPP_APP_ID !== undefined &&
    applicationId !== WHATSAPP_APP_ID
  ) {
    fail("it is connected to another app, whose secret signs its requests", redeploy);
  }
  const [firstError] = validationErrors;
  if (firstError !== undefined) {
    fail(
      `Meta finds ${validationErrors.length} errors in its flow.json: ${harmless(firstError.message)}`,
      `mend them, then ${redeploy}`,
    );
  }
  if (pending !== null) {
    const again = STEP_COMMANDS[pending];
    const remedy = again === undefined ? redeploy : `run: flowpoint flows ${again} ${name}`;
    fail(`${pending} was begun and not finished`, remedy);
  }
  for (const { entity, text } of health.problems) {
    const what = `${name}: ${entity.toLowerCase()}: ${harmless(text)}`;
    const remedy = `mend what Meta names, then run: flowpoint flows status ${name}`;
    unmet.push(
      health.canSend === "AVAILABLE" ? warned(CHECK, what, remedy) : failed(CHECK, what, remedy),
    );
  }
  if (unmet.length > 0) return unmet;
  if (health.canSend === "AVAILABLE") return [passed(CHECK, `${name}: ${status}, can be sent`)];
  const what = `${name}: ${status}, sending is ${health.canSend}`;
  return [failed(CHECK, what, `see why: flowpoint flows status ${name} --metrics`)];
}

/** Meta's words without anything as long as a phone number or an id, on one line. */
function harmless(text: string): string {
  return text.replaceAll(/\+?\d(?:[\s().-]?\d){6,}/g, "…").replaceAll(/[\p{Cc}\s]+/gu, " ");
}
