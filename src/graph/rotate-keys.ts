// Replaces the business key pair without a moment in which a phone's request cannot be read. Phones take a new public
// key only when they are answered 421, and Meta keeps one key per number; so the servers must have the new private key
// before Meta gets its public half, and keep the old one for a while after.
//
//     make ── servers load it ── upload to every number ── watch ── retire the old one
//
// Each run goes as far as it can and says what to do next. What was done is in a state file, written before and after
// each step: a run that fails anywhere is carried on by the next one, with the same key.

import { z } from "zod";
import type { Clock } from "../flows/services.ts";
import type { GraphClient } from "./client.ts";
import { compareKeys, isGoodKey, replacePublicKey } from "./public-keys.ts";

export const ROTATION = z.strictObject({
  version: z.literal(1),
  startedAt: z.iso.datetime(),
  /** What is to be done next. */
  phase: z.enum(["make", "load", "upload", "watch", "retire"]),
  /** Where the new private key is, or will be. */
  file: z.string(),
  /** Of the new key; `null` until it is made. */
  fingerprint: z.string().nullable(),
  /** Where the keys are that it replaces: files, or names of settings. */
  old: z.array(z.string()),
  /** The last look at the servers' 421s; `null` before the first. */
  seen: z.strictObject({ at: z.iso.datetime(), undecryptable: z.number() }).nullable(),
});

export type Rotation = Readonly<z.output<typeof ROTATION>>;

export type NewKey = { readonly publicKeyPem: string; readonly fingerprint: string };

export interface RotationPorts {
  /** `null` where none is under way. */
  load(): Promise<Rotation | null>;
  save(rotation: Rotation): Promise<void>;
  /** The rotation is over. */
  clear(): Promise<void>;
  /** Reads the key at a place, or makes it there. */
  readOrMakeKey(file: string): Promise<NewKey>;
  /** Asks the servers with a request that only the new key opens; `null` where none can be asked. */
  isLoaded(key: NewKey): Promise<boolean | null>;
  /** Requests that the servers answered 421 since they started; `null` where they cannot be asked. */
  countUndecryptable(): Promise<number | null>;
  /** Moves old keys out of the way of the servers; those that are gone already are no mistake. */
  retire(places: readonly string[]): Promise<void>;
}

export type RotationParts = {
  readonly client: GraphClient;
  readonly wabaId: string;
  readonly ports: RotationPorts;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told of each step that was taken. */
  readonly report: (step: string) => void;
};

export type RotationWish = {
  /** For the first run: where the new key goes, and what it replaces. */
  readonly begin: () => { readonly file: string; readonly old: readonly string[] };
  /** The servers have the new key, whatever they say when asked. */
  readonly loaded: boolean;
  /** The old key may go. */
  readonly retire: boolean;
};

export type RotationProgress = {
  readonly phase: Rotation["phase"] | "done";
  readonly fingerprint: string | null;
  /** What whoever runs it has to do before the next run; `null` when it is done. */
  readonly next: string | null;
};

/** @throws GraphError, and what the ports throw; the next run carries on */
export async function rotateKeys(
  parts: RotationParts,
  wish: RotationWish,
): Promise<RotationProgress> {
  const { ports, report } = parts;
  let state = await ports.load();
  if (state === null) {
    const { file, old } = wish.begin();
    state = {
      version: 1,
      startedAt: parts.clock.now().toISOString(),
      phase: "make",
      file,
      fingerprint: null,
      old: [...old],
      seen: null,
    };
    await ports.save(state);
  }

  const key = await ports.readOrMakeKey(state.file);
  if (state.phase === "make") {
    report(`the new key is ${state.file}`);
    state = await save(ports, { ...state, phase: "load", fingerprint: key.fingerprint });
  }

  if (state.phase === "load") {
    const isLoaded = wish.loaded ? true : await ports.isLoaded(key);
    if (isLoaded !== true) {
      const asked = isLoaded === null ? "no server could be asked; " : "";
      return stop(
        state,
        `${asked}every server needs ${state.file}: one that reads that folder takes it within seconds, others are given a copy; then run this again (with --loaded where they cannot be asked)`,
      );
    }
    state = await save(ports, { ...state, phase: "upload" });
  }

  if (state.phase === "upload") {
    const wrong = await uploadEverywhere(parts, key);
    if (wrong.length > 0) return stop(state, failedNumbers(wrong));
    state = await save(ports, { ...state, phase: "watch" });
  }

  if (state.phase === "watch") {
    const undecryptable = await ports.countUndecryptable();
    const verdict = judge(state.seen?.undecryptable ?? null, undecryptable);
    report(verdict);
    const at = parts.clock.now().toISOString();
    const seen = undecryptable === null ? state.seen : { at, undecryptable };
    state = await save(ports, { ...state, seen, phase: wish.retire ? "retire" : "watch" });
    if (!wish.retire) {
      return stop(
        state,
        "look again in a day; when the 421s do not grow, retire the old key with --retire",
      );
    }
  }

  // Somebody may have uploaded the old key again meanwhile: without it nothing could be read then.
  const wrong = await numbersWithout(parts, key);
  if (wrong.length > 0) {
    state = await save(ports, { ...state, phase: "upload" });
    return stop(state, `${failedNumbers(wrong)}; the old key was kept`);
  }
  await ports.retire(state.old);
  await ports.clear();
  report("the old key is retired");
  return {
    phase: "done",
    fingerprint: key.fingerprint,
    next: null,
  };
}

async function save(ports: RotationPorts, state: Rotation): Promise<Rotation> {
  await ports.save(state);
  return state;
}

function stop({ phase, fingerprint }: Rotation, next: string): RotationProgress {
  return { phase, fingerprint, next };
}

/** @returns the numbers that do not have it all the same */
async function uploadEverywhere(
  { client, wabaId, signal, report }: RotationParts,
  key: NewKey,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const own = new Set([key.fingerprint]);
  for (const { id, verdict } of await compareKeys(client, wabaId, own, signal)) {
    if (verdict === "ours") continue;
    const now = await replacePublicKey(client, id, key, signal);
    if (isGoodKey(now)) report(`number ${id} has the new key`);
    else wrong.push(id);
  }
  return wrong;
}

async function numbersWithout(
  { client, wabaId, signal }: RotationParts,
  key: NewKey,
): Promise<readonly string[]> {
  const numbers = await compareKeys(client, wabaId, new Set([key.fingerprint]), signal);
  return numbers.filter(({ verdict }) => !isGoodKey(verdict)).map(({ id }) => id);
}

function failedNumbers(ids: readonly string[]): string {
  return `Meta does not show the new key for number ${ids.join(", ")}; run this again`;
}

function judge(before: number | null, now: number | null): string {
  if (now === null) return "no server could be asked how many requests it answered 421";
  if (before === null || now < before) return `requests answered 421 so far: ${now}`;
  const more = now - before;
  return more === 0
    ? "no request was answered 421 since the last look"
    : `requests answered 421 since the last look: ${more}; unless flowpoint doctor made them, a server lacks one of the keys`;
}
