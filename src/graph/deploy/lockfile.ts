// `flows.lock.json`: which flow at Meta belongs to which folder here, per environment, and every flow.json that was put
// there, so that an earlier one can be put back. It is meant to be committed and holds nothing secret. It is written
// before and after each change at Meta: what was begun and not finished is found and finished by the next run.

import { createHash } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { DeployError } from "./deploy-error.ts";

export const LOCKFILE_NAME = "flows.lock.json";

const PENDING = ["create", "update", "upload", "publish", "deprecate"] as const;

const HISTORY_ENTRY = z.strictObject({
  /** SHA-256 of `json` in hex. */
  hash: z.string(),
  uploadedAt: z.iso.datetime(),
  published: z.boolean(),
  /** The flow.json, byte for byte. */
  json: z.string(),
});

const LOCKED_FLOW = z.strictObject({
  name: z.string(),
  categories: z.array(z.string()),
  /** `null` while it is being created. */
  flowId: z.string().nullable(),
  /** Begun, and not known to be finished. */
  pending: z.enum(PENDING).nullable(),
  /** As last seen. */
  status: z.string().nullable(),
  /** Of what was uploaded last. */
  jsonHash: z.string().nullable(),
  /** The newest last. */
  history: z.array(HISTORY_ENTRY),
  /** Ids of flows at Meta that stood here before. */
  replaced: z.array(z.string()),
});

const ENVIRONMENT = z.strictObject({
  wabaId: z.string(),
  flows: z.record(z.string(), LOCKED_FLOW),
});

const CONTENT = z.strictObject({
  version: z.literal(1),
  environments: z.record(z.string(), ENVIRONMENT),
});

type Content = z.output<typeof CONTENT>;
export type HistoryEntry = Readonly<z.output<typeof HISTORY_ENTRY>>;
export type LockedFlow = Readonly<
  Omit<z.output<typeof LOCKED_FLOW>, "categories" | "history" | "replaced">
> & {
  readonly categories: readonly string[];
  readonly history: readonly HistoryEntry[];
  readonly replaced: readonly string[];
};

/** As many as Meta keeps alive: "Flow lifecycle". The one published last is kept beyond that. */
const HISTORY_LENGTH = 5;

export interface Lockfile {
  readonly environment: string;
  /** `null` for a flow that was never deployed. */
  find(flow: string): Promise<LockedFlow | null>;
  /** All of the environment, by the names of their folders. */
  list(): Promise<ReadonlyMap<string, LockedFlow>>;
  /** The environment and flow that an id is locked for, if another than this. */
  findOwner(flowId: string, flow: string): Promise<string | null>;
  /** Writes at once and whole, and nothing where nothing has changed. */
  save(flow: string, locked: LockedFlow): Promise<void>;
}

/**
 * Opens the lockfile of a folder of handlers; there need not be one.
 *
 * @param wabaId  the account that everything in this environment must be of; `null` takes it as it stands
 * @throws DeployError, also when it is used, for a file that is broken or of another account
 */
export async function openLockfile(
  handlersDir: string,
  environment: string,
  wabaId: string | null,
): Promise<Lockfile> {
  const file = path.join(handlersDir, LOCKFILE_NAME);
  // Read each time: another command may have written for another flow meanwhile.
  const read = async (): Promise<Content> => {
    const content = await readContent(file);
    const lockedWaba = content.environments[environment]?.wabaId;
    if (wabaId !== null && lockedWaba !== undefined && lockedWaba !== wabaId) {
      throw new DeployError(
        `${file}: environment ${environment} is of another WhatsApp business account; choose another with --env, or correct WHATSAPP_WABA_ID`,
      );
    }
    return content;
  };
  await read();
  return {
    environment,
    find: async (flow) => {
      const flows = (await read()).environments[environment]?.flows ?? {};
      return Object.hasOwn(flows, flow) ? (flows[flow] ?? null) : null;
    },
    list: async () =>
      new Map(Object.entries((await read()).environments[environment]?.flows ?? {})),
    findOwner: async (flowId, flow) => {
      for (const [name, { flows }] of Object.entries((await read()).environments)) {
        for (const [other, locked] of Object.entries(flows)) {
          if (name === environment && other === flow) continue;
          if (locked.flowId === flowId) return `${other} in environment ${name}`;
        }
      }
      return null;
    },
    save: async (flow, locked) => {
      const content = await read();
      const { [environment]: mine } = content.environments;
      if (isDeepStrictEqual(mine?.flows[flow], locked)) return;
      const changed: Content = {
        ...content,
        environments: {
          ...content.environments,
          [environment]: {
            wabaId: mine?.wabaId ?? wabaId ?? "",
            flows: { ...mine?.flows, [flow]: toContent(locked) },
          },
        },
      };
      await writeWhole(file, `${JSON.stringify(changed, null, 2)}\n`);
    },
  };
}

function toContent(locked: LockedFlow): z.output<typeof LOCKED_FLOW> {
  const { categories, history, replaced } = locked;
  return {
    ...locked,
    categories: [...categories],
    history: [...trim(history)],
    replaced: [...replaced],
  };
}

function trim(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const kept = history.slice(-HISTORY_LENGTH);
  const published = history.findLast((entry) => entry.published);
  return published === undefined || kept.includes(published) ? kept : [published, ...kept];
}

const MEND = "restore it from version control";

async function readContent(file: string): Promise<Content> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
    throw new DeployError(`${file} cannot be read; let this user read it`, { cause });
  });
  if (text === null) return { version: 1, environments: {} };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new DeployError(`${file} is not JSON, as after an unfinished merge; ${MEND}`, { cause });
  }
  const parsed = CONTENT.safeParse(json);
  if (!parsed.success) {
    const place = parsed.error.issues[0]?.path.join(".") ?? "";
    throw new DeployError(`${file}: ${place || "it"} is not as it was written; ${MEND}`);
  }
  const owners = new Map<string, string>();
  for (const [environment, { flows }] of Object.entries(parsed.data.environments)) {
    for (const [flow, { flowId, history }] of Object.entries(flows)) {
      const place = `${flow} in ${environment}`;
      const owner = flowId === null ? undefined : owners.get(flowId);
      if (owner !== undefined) {
        throw new DeployError(`${file}: ${owner} and ${place} have the same flow; ${MEND}`);
      }
      if (flowId !== null) owners.set(flowId, place);
      if (history.every((entry) => entry.hash === hashJson(entry.json))) continue;
      throw new DeployError(`${file}: the history of ${place} was changed by hand; ${MEND}`);
    }
  }
  return parsed.data;
}

/** A run that is cut short leaves the old file or the new one. */
async function writeWhole(file: string, text: string): Promise<void> {
  const next = `${file}.next`;
  try {
    await writeFile(next, text, { flush: true });
    await rename(next, file);
  } catch (cause) {
    throw new DeployError(`${file} cannot be written; let this user write in its folder`, {
      cause,
    });
  }
}

/** Stands for a flow.json's text. */
export function hashJson(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
