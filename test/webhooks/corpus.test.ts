// Every case of `webhooks.json` over a real socket, on both databases: its status, and its rows.

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { assertNothingLeaked } from "../corpus/privacy.ts";
import { buildRequest, CORPUS, type WebhookCase } from "./corpus-case.ts";
import { APP_SECRET, type Json, PREVIOUS_APP_SECRET, VERIFY_TOKEN } from "./notification.ts";
import {
  DATABASES,
  type PreparedDatabase,
  type Received,
  startWebhookServer,
  type WebhookServer,
} from "./webhook-server.ts";

/** Anything else would tell more than it must. */
const HEADERS = ["allow", "connection", "content-length", "content-type", "date", "keep-alive"];

for (const { name, describeOn, prepare } of DATABASES) {
  describeOn(`the webhook corpus ${name}`, () => {
    const canary = `CANARY${randomUUID()}`;
    let prepared: PreparedDatabase;
    let server: WebhookServer;

    beforeAll(async () => {
      prepared = await prepare();
      server = await startWebhookServer(prepared.settings);
    });

    afterAll(async () => {
      await server.stop();
      await prepared.remove();
    });

    it.each(CORPUS)("$id $title", async (each) => {
      const rowsBefore = await server.countRows();
      const [reportsBefore, linesBefore] = [server.reports.length, server.log.length];

      const answers: Received[] = [];
      for (const request of each.send) {
        answers.push(await server.send(buildRequest(request, each.id, canary)));
      }

      checkAnswers(answers, each);
      const rows = await server.countRows();
      const { completions = 0, flowEvents = 0, quarantine = 0 } = each.expect.rows ?? {};
      expect(minus(rows, rowsBefore)).toEqual({
        completions,
        jobs: completions,
        flowEvents,
        quarantine,
      });
      await checkCompletion(server, each, canary);
      checkReports(server, each, reportsBefore);
      const alerts = server.log.slice(linesBefore).filter((line) => "metaAlert" in line);
      const { alert } = each.expect;
      expect(alerts).toMatchObject(alert === undefined ? [] : [alert]);
    });

    it("told nothing of all this in its log and metrics", async () => {
      const log = server.log.map((line) => JSON.stringify(line)).join("\n");

      assertNothingLeaked(
        { "the log": log, "the metrics": await server.metrics() },
        {
          answers: [canary],
          "app secrets": [APP_SECRET, PREVIOUS_APP_SECRET],
          "the verify token": [VERIFY_TOKEN],
          "flow tokens": ["token-of-a-test"],
          people: ["16505551234", "US.13491208655302", "Ada"],
          "message ids": ["wamid."],
        },
      );
      expect(log).toContain("metaAlert");
    });
  });
}

function checkAnswers(answers: readonly Received[], { expect: { status, body } }: WebhookCase) {
  for (const answer of answers) {
    expect(answer.status).toBe(status);
    expect(answer.body).toBe(body ?? "");
    expect(answer.headers["content-type"]).toBe(body === undefined ? undefined : "text/plain");
    for (const header of Object.keys(answer.headers)) expect(HEADERS).toContain(header);
  }
}

async function checkCompletion(
  { database }: WebhookServer,
  { id, expect: { completion, message } }: WebhookCase,
  canary: string,
): Promise<void> {
  if (completion === undefined && message === undefined) return;
  const row = await database.server
    .selectFrom("completions")
    .selectAll()
    .where("message_id", "like", `wamid.${id}%`)
    .orderBy("message_id", "desc")
    .executeTakeFirstOrThrow();
  const fill = (wish: Json): unknown =>
    JSON.parse(
      JSON.stringify(wish).replaceAll("{id}", `wamid.${id}`).replaceAll("{canary}", canary),
    );
  expect(row).toMatchObject(fill(completion ?? {}) as object);
  const stored: unknown = JSON.parse(row.message);
  for (const [path, value] of Object.entries(fill(message ?? {}) as Json)) {
    const held = path.split(".").reduce<unknown>((at, name) => (at as Json)[name], stored);
    expect(held).toBe(value);
  }
}

function checkReports(
  server: WebhookServer,
  { expect: { counts = {}, quarantineReasons = [] } }: WebhookCase,
  from: number,
): void {
  const reports = server.reports.slice(from);
  const counted: Record<string, number> = {};
  for (const { kind, result, count } of reports.flatMap((report) => report.counts)) {
    if (count > 0) counted[`${kind} ${result}`] = (counted[`${kind} ${result}`] ?? 0) + count;
  }
  expect(counted).toMatchObject(counts);
  const reasons = reports.flatMap((report) => report.quarantineReasons);
  expect(new Set(reasons)).toEqual(new Set(quarantineReasons));
}

function minus(
  after: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]),
  );
}
