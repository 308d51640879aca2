// Compares what was promised with what is there. The promises: what was acknowledged is stored; what is stored had its
// effect exactly once; what is stored was passed on, under one key. A message that was never acknowledged may be there
// or not.

/** What was seen from outside, and what is in the database when everything has come to rest. */
export type Evidence = {
  /** Message ids that were sent. */
  readonly sent: ReadonlySet<string>;
  /** Those of them that were answered 200. */
  readonly acked: ReadonlySet<string>;
  readonly stored: readonly { readonly id: string; readonly messageId: string }[];
  /** The completion's id, once for each effect. */
  readonly effects: readonly string[];
  /** What the receiver took. */
  readonly forwarded: readonly { readonly key: string; readonly messageId: string }[];
  /** Requests to the receiver whose signature was wrong. */
  readonly unsigned: number;
};

/**
 * `lost`: acknowledged and not stored; `unacknowledged`: still refused when all was well again; `no-effect`,
 * `several-effects`: of a completion; `stray-effect`: of no completion that is there; `not-forwarded`; `several-keys`: one
 * message was passed on under several; `unknown-message`: stored or passed on, and never sent; `unsigned`: passed on with
 * a wrong signature.
 */
export type ViolationKind =
  | "lost"
  | "unacknowledged"
  | "stored-twice"
  | "no-effect"
  | "several-effects"
  | "stray-effect"
  | "not-forwarded"
  | "several-keys"
  | "unknown-message"
  | "unsigned";

export type Violation = {
  readonly kind: ViolationKind;
  /** Of the message, or of the completion where only that is known. */
  readonly id: string;
};

/** @returns every broken promise, none when all were kept */
export function reconcile(evidence: Evidence): readonly Violation[] {
  const { sent, acked, stored, effects, forwarded, unsigned } = evidence;
  const storedById = new Map(stored.map(({ id, messageId }) => [id, messageId]));
  const rows = count(stored.map(({ messageId }) => messageId));
  const effectsById = count(effects);
  const keys = new Map<string, Set<string>>();
  for (const { key, messageId } of forwarded) {
    keys.set(messageId, (keys.get(messageId) ?? new Set()).add(key));
  }

  const violations: Violation[] = [];
  const report = (kind: ViolationKind, ids: Iterable<string>): void => {
    for (const id of ids) violations.push({ kind, id });
  };
  report(
    "lost",
    [...acked].filter((messageId) => !rows.has(messageId)),
  );
  report(
    "unacknowledged",
    [...sent].filter((messageId) => !acked.has(messageId)),
  );
  report(
    "stored-twice",
    [...rows].filter(([, number]) => number > 1).map(([id]) => id),
  );
  for (const [id, messageId] of storedById) {
    const number = effectsById.get(id) ?? 0;
    if (number !== 1) report(number === 0 ? "no-effect" : "several-effects", [messageId]);
    if (!keys.has(messageId)) report("not-forwarded", [messageId]);
  }
  report(
    "stray-effect",
    [...effectsById.keys()].filter((id) => !storedById.has(id)),
  );
  report(
    "several-keys",
    [...keys].filter(([, of]) => of.size > 1).map(([messageId]) => messageId),
  );
  const there = new Set([...rows.keys(), ...keys.keys()]);
  report(
    "unknown-message",
    [...there].filter((messageId) => !sent.has(messageId)),
  );
  if (unsigned > 0) report("unsigned", [`${unsigned} requests`]);
  return violations;
}

function count(items: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
