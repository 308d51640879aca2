// A plan as people read it, and as `--json` prints it.

import { styleText } from "node:util";
import type { FlowPlan } from "../graph/deploy/plan-flow.ts";
import { isGoodKey, type KeyVerdict, type NumberKey } from "../graph/public-keys.ts";
import type { DiffLine } from "./json-diff.ts";
import type { UnexpiredMessages } from "./unexpired-messages.ts";

/** For a flow with an endpoint; `null` where nothing could be compared. */
export type KeyReport = { readonly numbers: readonly NumberKey[] } | null;

export type PlanReport = {
  readonly plan: FlowPlan;
  readonly messages: UnexpiredMessages;
  readonly keys: KeyReport;
  /** Of flow.json, where Meta has one. */
  readonly diff: readonly DiffLine[];
  /** An endpoint with no app to sign its requests: Meta does not publish that. */
  readonly lacksApp: boolean;
};

const VERDICTS: Readonly<Record<KeyVerdict, string>> = {
  ours: "is ours",
  unsigned: "is ours, but Meta's signature does not fit: upload it again",
  foreign: "is none of ours",
  hidden: "is valid, and Meta does not show which it is",
  none: "is missing",
};

export function describeVerdict(verdict: KeyVerdict): string {
  return VERDICTS[verdict];
}

export function planToJson({ plan, messages, keys, diff }: PlanReport): object {
  const { contract, ...rest } = plan;
  return {
    ...rest,
    diff: diff.map(formatDiffLine),
    breaking: contract.breaking,
    compatible: contract.compatible,
    unexpiredMessages: messages.count,
    unexpiredNote: messages.note,
    publicKeys: keys?.numbers.map(({ id, verdict }) => ({ phoneNumberId: id, key: verdict })) ?? [],
  };
}

export function formatPlan(report: PlanReport): string {
  const { plan } = report;
  const state = plan.flowId === null ? "to be created" : `${plan.status} ${plan.flowId}`;
  const title = styleText("bold", plan.flow, { stream: process.stdout });
  return [
    `${title}  ${plan.environment}  ${state}`,
    ...linesOf(report).map((line) => `  ${line}`),
  ].join("\n");
}

function linesOf({ plan, messages, keys, diff, lacksApp }: PlanReport): readonly string[] {
  const { changes, contract, adopts, drifted, name, status } = plan;
  return [
    ...(adopts ? [`Meta has a flow ${name}: it is taken over`] : []),
    ...(drifted ? ["somebody has changed it at Meta since it was deployed"] : []),
    ...(changes.length === 0 ? ["nothing to change"] : []),
    ...(changes.length === 0 && status === "DRAFT" ? [`not published; run: ${publish(plan)}`] : []),
    ...changes.flatMap(({ field, from, to }) => [
      `${field}: ${from ?? "none"} -> ${to}`,
      ...(field === "flow.json" ? diff.map((line) => `  ${paint(line)}`) : []),
    ]),
    ...contract.compatible.map((text) => `compatible: ${text}`),
    ...contract.breaking.map((text) => `breaking: ${text}`),
    ...(contract.breaking.length === 0 ? [] : [cutOff(messages)]),
    ...keyLines(keys),
    ...(lacksApp ? ["no app is connected: set WHATSAPP_APP_ID before it is published"] : []),
  ];
}

const MARKS = { same: "  ", added: "+ ", removed: "- ", gap: "" } as const;

function formatDiffLine({ kind, text }: DiffLine): string {
  return `${MARKS[kind]}${text}`;
}

function paint(line: DiffLine): string {
  const text = formatDiffLine(line);
  if (line.kind === "added") return styleText("green", text, { stream: process.stdout });
  return line.kind === "removed" ? styleText("red", text, { stream: process.stdout }) : text;
}

function publish({ flow, environment }: FlowPlan): string {
  const env = environment === "default" ? "" : ` --env ${environment}`;
  return `flowpoint flows publish ${flow}${env}`;
}

function cutOff({ count, note }: UnexpiredMessages): string {
  const messages = count === 1 ? "1 unexpired message is" : `${count} unexpired messages are`;
  return `${messages} cut off${note === null ? "" : ` (${note})`}`;
}

function keyLines(keys: KeyReport): readonly string[] {
  if (keys === null) return [];
  if (keys.numbers.length === 0) return ["public key: the account has no phone number"];
  const wrong = keys.numbers.filter(({ verdict }) => !isGoodKey(verdict));
  if (wrong.length === 0) return ["public key: ours at every phone number"];
  return wrong.map(
    ({ id, verdict }) =>
      `public key of number ${id} ${VERDICTS[verdict]}; run: flowpoint keys upload`,
  );
}
