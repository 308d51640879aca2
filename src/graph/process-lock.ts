// Keeps two runs of a command from changing the same thing at the same time: a file that names who is at it. A run that
// is killed leaves its file behind, and the next one takes it over, since its process is gone. It is a guard against a
// mistake, not against two machines that share a folder: a holder elsewhere is believed until somebody removes the file.

import { randomUUID } from "node:crypto";
import { link, readFile, readlink, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { z } from "zod";

const HOLDER = z.object({
  /** The command. */
  purpose: z.string(),
  pid: z.number().int(),
  /** Tells a process from a later one with the same id; `null` where the system does not say. */
  bornAt: z.string().nullable(),
  machine: z.string(),
  since: z.iso.datetime(),
});

type Holder = z.output<typeof HOLDER>;

export interface ProcessLock {
  release(): Promise<void>;
}

/** The message says who holds it, and what to do. */
export class ProcessLockedError extends Error {
  override readonly name = "ProcessLockedError";
}

export type ProcessLockOptions = {
  /** As a user would type it: `flowpoint flows deploy`. */
  readonly purpose: string;
  readonly now: Date;
  /** Told when the file of a run that is gone was taken over. */
  readonly onTakeover: (message: string) => void;
};

/** More rounds than this means that others keep coming in between. */
const ROUNDS = 5;

/** @throws ProcessLockedError while a live process has it */
export async function takeProcessLock(
  file: string,
  { purpose, now, onTakeover }: ProcessLockOptions,
): Promise<ProcessLock> {
  const own = JSON.stringify({
    purpose,
    pid: process.pid,
    bornAt: await readBirth(process.pid),
    machine: await machineName(),
    since: now.toISOString(),
  } satisfies Holder);
  for (let round = 0; round < ROUNDS; round += 1) {
    if (await create(file, own)) return { release: () => release(file, own) };
    const text = await read(file);
    if (text === null) continue;
    const holder = parseHolder(text);
    if (holder === null || (await isAlive(holder))) {
      throw new ProcessLockedError(describe(file, holder, await machineName()));
    }
    if (await takeOver(file, text, own, { purpose, now })) {
      onTakeover(`${holder.purpose} (process ${holder.pid}) ended without finishing; going on`);
      return { release: () => release(file, own) };
    }
  }
  throw new ProcessLockedError(`${file} is held; run this again`);
}

/** Whole or not at all: nobody reads a file that is still being written. */
async function create(file: string, text: string): Promise<boolean> {
  const draft = await writeDraft(file, text);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDraft(file: string, text: string): Promise<string> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, `${text}\n`);
    return draft;
  } catch (cause) {
    throw new ProcessLockedError(`${file} cannot be written; let this user write in its folder`, {
      cause,
    });
  }
}

async function release(file: string, own: string): Promise<void> {
  if ((await read(file)) === own) await rm(file, { force: true });
}

/** @returns `null` when it has gone meanwhile */
async function read(file: string): Promise<string | null> {
  try {
    return (await readFile(file, "utf8")).trimEnd();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

/** @returns `null` for a file that was changed by hand */
function parseHolder(text: string): Holder | null {
  try {
    return HOLDER.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * Several may find the same dead holder: each puts itself in its place only while holding a lock on just that, so that
 * what is replaced is still the dead one's file. That lock is taken over in the same way.
 *
 * @throws ProcessLockedError while another is at it
 */
async function takeOver(
  file: string,
  dead: string,
  own: string,
  options: Omit<ProcessLockOptions, "onTakeover">,
): Promise<boolean> {
  const turn = await takeProcessLock(`${file}.next`, { ...options, onTakeover: () => {} });
  try {
    if ((await read(file)) !== dead) return false;
    await rename(await writeDraft(file, own), file);
    return true;
  } finally {
    await turn.release();
  }
}

function describe(file: string, holder: Holder | null, machine: string): string {
  const remove = `remove ${file} if that is not running any more`;
  if (holder === null)
    return `another command is at work here; wait until it has ended, or ${remove}`;
  const { purpose, pid, since } = holder;
  if (holder.machine === machine) {
    return `${purpose} is at work here since ${since} (process ${pid}); wait until it has ended, and run this again`;
  }
  return `${purpose} is at work here since ${since}, in another container or on another machine (process ${pid}); wait until it has ended, or ${remove}`;
}

async function isAlive({ pid, bornAt, machine }: Holder): Promise<boolean> {
  // Elsewhere nobody can look from here.
  if (machine !== (await machineName())) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
  return bornAt === (await readBirth(pid));
}

/** In ticks since the machine's start, as Linux tells; with the start itself, since ticks begin anew then. */
async function readBirth(pid: number): Promise<string | null> {
  try {
    const [status, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, "utf8"),
      readFile("/proc/sys/kernel/random/boot_id", "utf8"),
    ]);
    // The second field is the program's name in brackets, with blanks and brackets as it pleases.
    const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
    return `${boot.trim()}/${fields[STARTED]}`;
  } catch {
    return null;
  }
}

/** Of the fields after the name: proc(5), field 22. */
const STARTED = 19;

/** Where process ids mean the same. */
async function machineName(): Promise<string> {
  const namespace = await readlink("/proc/self/ns/pid").catch(() => "");
  return `${hostname()}/${namespace}`;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}
