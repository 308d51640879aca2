// What the command line may ask about completions and jobs.

import { z } from "zod";
import { readAnswers } from "../../completions/answers.ts";
import { eraseUser } from "../../completions/erase.ts";
import { mediaIn } from "../../completions/fetch-media.ts";
import { COMPLETION_STATES, MATCHED_BY } from "../../completions/ports.ts";
import {
  findCompletion,
  findFilteredIds,
  listCompletions,
  type ListedCompletion,
} from "../../storage/completion-list.ts";
import { giveUpCompletions, replayCompletions } from "../../storage/completions.ts";
import { createEraseStore } from "../../storage/erase.ts";
import { discardJobs, JOB_STATES, listJobs, retryJobs } from "../../storage/jobs.ts";
import { QUEUE_NAMES } from "../../storage/queue-schema.ts";
import type { OperationContext } from "./operation-context.ts";

const FILTER = z.object({
  flow: z.string().optional(),
  state: z.enum(COMPLETION_STATES).optional(),
  /** ISO 8601, as all times that travel through the control socket. */
  since: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
});

const JOB_FILTER = z.object({
  queue: z.enum(QUEUE_NAMES).optional(),
  state: z.enum(JOB_STATES).optional(),
  ids: z.array(z.string()).optional(),
});

const LIMIT = z.int().min(1).max(10_000);

const COMPLETION = z.object({
  id: z.string(),
  messageId: z.string(),
  flow: z.string().nullable(),
  flowToken: z.string().nullable(),
  user: z.string().nullable(),
  matchedBy: z.enum(MATCHED_BY).nullable(),
  state: z.enum(COMPLETION_STATES),
  attempts: z.number(),
  receivedAt: z.string(),
  /** The answers as an object, or the text that came instead. */
  response: z.unknown(),
});

const SHOWN = COMPLETION.extend({
  forwardedAt: z.string().nullable(),
  files: z.array(
    z.object({
      fileName: z.string(),
      mimeType: z.string(),
      /** `null` where it was not, or not yet, fetched. */
      bytes: z.number().nullable(),
    }),
  ),
});

const JOB = z.object({
  queue: z.enum(QUEUE_NAMES),
  id: z.string(),
  state: z.enum(JOB_STATES),
  attempts: z.number(),
  createdAt: z.string(),
  dueAt: z.string().nullable(),
});

export type CompletionView = z.output<typeof COMPLETION>;
export type JobView = z.output<typeof JOB>;

/** Arguments and results, as they travel through the control socket. */
export const COMPLETION_OPERATIONS = {
  "completions-list": {
    input: z.object({ filter: FILTER, limit: LIMIT, after: z.string().nullable() }),
    output: z.object({ completions: z.array(COMPLETION), next: z.string().nullable() }),
  },
  "completions-show": {
    input: z.object({ id: z.string() }),
    output: z.object({ completion: SHOWN.nullable() }),
  },
  "completions-replay": {
    input: z.union([
      z.object({ ids: z.array(z.string()).min(1) }),
      z.object({ filter: FILTER, limit: LIMIT }),
    ]),
    output: z.object({ replayed: z.array(z.string()) }),
  },
  "completions-erase": {
    // Shorter ones would be found in what is not the user's.
    input: z.object({ user: z.string().min(6).max(256) }),
    output: z.object({
      completions: z.number(),
      quarantined: z.number(),
      flows: z.array(z.string()).readonly(),
    }),
  },
  "jobs-list": {
    input: z.object({ filter: JOB_FILTER, limit: LIMIT }),
    output: z.object({ jobs: z.array(JOB) }),
  },
  "jobs-retry": {
    input: z.object({ filter: JOB_FILTER, limit: LIMIT }),
    output: z.object({ retried: z.number() }),
  },
  "jobs-discard": {
    input: z.object({ filter: JOB_FILTER, limit: LIMIT }),
    output: z.object({ discarded: z.number() }),
  },
} as const;

type Name = keyof typeof COMPLETION_OPERATIONS;
type Input<N extends Name> = z.output<(typeof COMPLETION_OPERATIONS)[N]["input"]>;
type Output<N extends Name> = z.output<(typeof COMPLETION_OPERATIONS)[N]["output"]>;

export const runCompletionOperation: {
  readonly [N in Name]: (context: OperationContext, input: Input<N>) => Promise<Output<N>>;
} = {
  "completions-list": async ({ database, account }, { filter, limit, after }) => {
    const page = await listCompletions(database.server, account, toFilter(filter), {
      limit,
      after,
    });
    return { completions: page.completions.map(toView), next: page.next };
  },
  "completions-show": async (context, { id }) => {
    const found = await findCompletion(context.database.server, context.account, id);
    return { completion: found === null ? null : await toShown(context, found) };
  },
  "completions-replay": async ({ database, account, queue }, input) => {
    const ids =
      "ids" in input
        ? input.ids
        : await findFilteredIds(database.server, account, toFilter(input.filter), input.limit);
    return { replayed: [...(await replayCompletions(database, await queue(), account, ids))] };
  },
  "completions-erase": async ({ database, account, queue, flows, media }, { user }) =>
    eraseUser(
      { store: createEraseStore(database, await queue(), account), flows: await flows(), media },
      user,
    ),
  "jobs-list": async ({ database }, { filter, limit }) => {
    const jobs = await listJobs(database, filter, limit);
    return {
      jobs: jobs.map(({ createdAt, dueAt, ...job }) => ({
        ...job,
        createdAt: createdAt.toISOString(),
        dueAt: dueAt?.toISOString() ?? null,
      })),
    };
  },
  "jobs-retry": async ({ database }, { filter, limit }) => ({
    retried: await retryJobs(database, await listJobs(database, filter, limit)),
  }),
  "jobs-discard": async ({ database, account }, { filter, limit }) => {
    const jobs = await listJobs(database, filter, limit);
    const discarded = await discardJobs(database, jobs);
    const given = jobs.filter(({ queue }) => queue === "completion").map(({ id }) => id);
    await giveUpCompletions(database.server, account, given);
    return { discarded };
  },
};

function toFilter({ since, until, ...filter }: z.output<typeof FILTER>) {
  return {
    ...filter,
    ...(since === undefined ? {} : { since: new Date(since) }),
    ...(until === undefined ? {} : { until: new Date(until) }),
  };
}

function toView(completion: ListedCompletion): CompletionView {
  const { id, messageId, match, flowToken, user, state, attempts, receivedAt, message } =
    completion;
  const { text, response } = readAnswers(message);
  return {
    id,
    messageId,
    flow: match?.flow ?? null,
    flowToken,
    user,
    matchedBy: match?.matchedBy ?? null,
    state,
    attempts,
    receivedAt: receivedAt.toISOString(),
    response: response ?? text,
  };
}

async function toShown(
  { media }: OperationContext,
  completion: ListedCompletion,
): Promise<z.output<typeof SHOWN>> {
  const { response } = readAnswers(completion.message);
  const files = response === null ? [] : mediaIn(response);
  return {
    ...toView(completion),
    forwardedAt: completion.forwardedAt?.toISOString() ?? null,
    files: await Promise.all(
      files.map(async ({ file_name, mime_type }, place) => ({
        fileName: file_name,
        mimeType: mime_type,
        bytes: await media.sizeOf(completion.id, String(place)),
      })),
    ),
  };
}
