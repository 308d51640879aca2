// A short name for everything about a contract that an already sent message relies on. Two contracts
// of one hash accept the same requests and show the same screens; texts, looks and the order in which
// flow.json lists things do not count.

import { createHash } from "node:crypto";
import type { Contract } from "./contract.ts";

/** The first 12 hex digits of the SHA-256 over the contract's canonical JSON. */
export function contractHash(contract: Contract): string {
  const { hasEndpoint, entryScreens, routes, screens, completion } = contract;
  const canonical = canonicalJson({
    hasEndpoint,
    entryScreens,
    routes: Object.fromEntries(routes),
    screens: Object.fromEntries(
      screens.map(({ id, model, input, refreshOnBack, terminal }) => [
        id,
        { model, input, refreshOnBack, terminal },
      ]),
    ),
    completion,
  });
  return createHash("sha256").update(canonical).digest("hex").slice(0, 12);
}

/** Keys are sorted, and so are arrays that stand for sets: all but the items of a payload's list. */
function canonicalJson(value: unknown, key = ""): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => canonicalJson(item));
    return `[${(key === "items" ? items : items.toSorted()).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member, name)}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value);
}
