// flowpoint flows status [flow...] [--env <environment>]

import { Command } from "commander";
import {
  type EndpointMetrics,
  type FlowHealth,
  readEndpointMetrics,
  readHealth,
} from "../../graph/health.ts";
import { readFlow } from "../../graph/flows.ts";
import { CommandFailed } from "../command-failed.ts";
import {
  addEnvironmentOption,
  type EnvironmentOption,
  openDeployment,
  type OpenDeployment,
} from "../deployment.ts";
import { requireLockedFlow } from "../locked-flow.ts";
import { countOf, type OwnCounts, readServerMetrics } from "../server-metrics.ts";
import { formatTable, writeJson, writeProgress, writeResult } from "../output.ts";

type Options = EnvironmentOption & { readonly metrics?: true; readonly json?: true };

type FlowState = {
  readonly flow: string;
  readonly flowId: string;
  readonly name: string;
  readonly status: string;
  readonly errors: number;
  readonly health: FlowHealth;
  /** A step that was begun and not finished. */
  readonly pending: string | null;
  /** Absent unless they were asked for; `null` while Meta has seen too few requests to tell. */
  readonly metrics?: EndpointMetrics | null;
  /** What the server here has counted since it started; `null` where none answers. */
  readonly own?: OwnCounts | null;
};

export function flowsStatusCommand(): Command {
  const command = new Command("status")
    .description("state and health of the deployed flows at Meta")
    .argument("[flow...]", "none stands for all in flows.lock.json");
  return addEnvironmentOption(command)
    .option(
      "--metrics",
      "also how the endpoint did in the last seven days, as Meta saw it, beside the server's own count",
    )
    .option("--json", "print JSON")
    .action(async (flows: readonly string[], options: Options) => {
      const deployment = await openDeployment(options.env);
      const locked = await deployment.lockfile.list();
      const chosen = flows.length > 0 ? flows : [...locked.keys()];
      if (chosen.length === 0) {
        throw new CommandFailed(
          `no flow was deployed to environment ${options.env}; run: flowpoint flows deploy`,
        );
      }
      const states: FlowState[] = [];
      for (const flow of chosen) states.push(await readState(deployment, flow, options));
      if (options.json === true) return writeJson(states);
      const rows = states.map(({ flow, status, health, errors, flowId }) => [
        flow,
        status,
        health.canSend,
        String(errors),
        flowId,
      ]);
      writeResult(formatTable(["FLOW", "STATUS", "SENDING", "ERRORS", "ID"], rows));
      if (options.metrics === true) writeResult(`\n${formatMetrics(states)}`);
      for (const { flow, health, pending } of states) {
        if (pending !== null) {
          writeProgress(
            `${flow}: ${pending} was not finished; run: flowpoint flows deploy ${flow}`,
          );
        }
        for (const { entity, text } of health.problems) {
          writeProgress(`${flow}: ${entity.toLowerCase()}: ${text}`);
        }
      }
    });
}

async function readState(
  { client, lockfile, signal, settings, clock }: OpenDeployment,
  flow: string,
  options: Options,
): Promise<FlowState> {
  const locked = await requireLockedFlow(lockfile, flow);
  const { flowId, pending } = locked;
  const { name, status, validationErrors } = await readFlow(client, flowId, signal);
  const phoneNumberId = settings.WHATSAPP_PHONE_NUMBER_ID ?? null;
  const health = await readHealth(client, flowId, phoneNumberId, signal);
  const state = { flow, flowId, name, status, errors: validationErrors.length, health, pending };
  if (options.metrics !== true) return state;
  const now = clock.now().getTime();
  const span = { since: dateOf(now - METRICS_SPAN_MS), until: dateOf(now) };
  const samples = await readServerMetrics(settings);
  return {
    ...state,
    metrics: await readEndpointMetrics(client, flowId, span, signal),
    own: samples === null ? null : countOf(samples, flow),
  };
}

const METRICS_SPAN_MS = 7 * 24 * 3_600_000;

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function formatMetrics(states: readonly FlowState[]): string {
  const rows = states.flatMap(({ flow, metrics = null, own = null }) => [
    metrics === null
      ? [flow, "Meta, seven days", "-", "too few requests to tell", "-"]
      : [
          flow,
          "Meta, seven days",
          String(metrics.requests),
          formatErrors(metrics.errors),
          metrics.availability === null ? "-" : `${(metrics.availability * 100).toFixed(1)} %`,
        ],
    own === null
      ? [flow, "here", "-", "no server answers at ADMIN_HOST and ADMIN_PORT", "-"]
      : [flow, "here, since its start", String(own.requests), formatErrors(own.errors), "-"],
  ]);
  return formatTable(["FLOW", "COUNTED BY", "REQUESTS", "ERRORS", "AVAILABLE"], rows);
}

function formatErrors(errors: Readonly<Record<string, number>>): string {
  const found = Object.entries(errors).filter(([, count]) => count > 0);
  return found.length === 0 ? "none" : found.map(([name, count]) => `${count} ${name}`).join(", ");
}
