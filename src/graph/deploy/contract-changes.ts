// What a new flow.json changes for messages that were sent with an older one: their phones keep the old screens, and the
// endpoint answers them by the new contract. Texts and looks change nothing.

import { isDeepStrictEqual } from "node:util";
import { type Contract, type ContractScreen, deriveContract } from "../../flow-json/contract.ts";
import { contractHash } from "../../flow-json/contract-hash.ts";
import type { ObjectSchema } from "../../flow-json/data-model.ts";
import { parseFlowJson } from "../../flow-json/document.ts";
import { FlowJsonError } from "../../flow-json/flow-json-error.ts";

export type ContractChanges = {
  /** Sentences: what no longer works in messages that are under way. */
  readonly breaking: readonly string[];
  readonly compatible: readonly string[];
};

export const NO_CHANGES: ContractChanges = { breaking: [], compatible: [] };

/** @returns `null` for a text that is no usable flow.json */
export function readContract(text: string): Contract | null {
  try {
    return deriveContract(parseFlowJson(text));
  } catch (error) {
    if (error instanceof FlowJsonError) return null;
    throw error;
  }
}

export function compareContracts(before: Contract, after: Contract): ContractChanges {
  if (contractHash(before) === contractHash(after)) return NO_CHANGES;
  const found: Found[] = [];
  if (before.hasEndpoint && !after.hasEndpoint) {
    // Everything else is then between the phone and itself.
    return {
      breaking: ["the flow has no endpoint any more, and old messages still ask for it"],
      compatible: [],
    };
  }
  const later = new Map(after.screens.map((screen) => [screen.id, screen]));
  const earlier = new Set(before.screens.map(({ id }) => id));
  for (const screen of before.screens) {
    const next = later.get(screen.id);
    if (next === undefined) found.push(breaking(`screen ${screen.id} is gone`));
    else found.push(...compareScreens(screen, next));
  }
  for (const { id } of after.screens) {
    if (earlier.has(id)) continue;
    const sources = before.screens.filter((screen) => after.routes.get(screen.id)?.includes(id));
    const isOpening = after.hasEndpoint && after.entryScreens.includes(id);
    found.push(
      sources.length > 0 || isOpening
        ? breaking(`screen ${id} is new: old messages cannot show it when the endpoint answers it`)
        : compatible(`screen ${id} is new`),
    );
  }
  for (const [from, targets] of after.routes) {
    const known = before.routes.get(from);
    if (known === undefined) continue;
    const added = targets.filter((to) => earlier.has(to) && !known.includes(to));
    for (const to of added) {
      found.push(breaking(`${from} may now lead to ${to}, which old messages refuse`));
    }
  }
  if (!isDeepStrictEqual(before.completion, after.completion)) {
    found.push(breaking("what the flow hands over at its end has changed"));
  }
  return {
    breaking: found.flatMap(({ isBreaking, text }) => (isBreaking ? [text] : [])),
    compatible: found.flatMap(({ isBreaking, text }) => (isBreaking ? [] : [text])),
  };
}

type Found = { readonly isBreaking: boolean; readonly text: string };

function breaking(text: string): Found {
  return { isBreaking: true, text };
}

function compatible(text: string): Found {
  return { isBreaking: false, text };
}

function compareScreens(before: ContractScreen, after: ContractScreen): readonly Found[] {
  const { id } = before;
  const found = [...compareModels(id, before.model, after.model)];
  if (before.input !== null && after.input === null) {
    found.push(breaking(`screen ${id} no longer asks the endpoint, and old messages do`));
  } else if (before.input === null && after.input !== null) {
    found.push(compatible(`screen ${id} now asks the endpoint`));
  } else if (!isDeepStrictEqual(before.input, after.input)) {
    found.push(breaking(`what screen ${id} sends has changed`));
  }
  if (before.refreshOnBack && !after.refreshOnBack) {
    found.push(
      breaking(`screen ${id} is no longer refreshed on the way back, and old messages ask for it`),
    );
  } else if (!before.refreshOnBack && after.refreshOnBack) {
    found.push(compatible(`screen ${id} is now refreshed on the way back`));
  }
  return found;
}

function compareModels(id: string, before: ObjectSchema, after: ObjectSchema): readonly Found[] {
  const later = new Map(after.fields.map((field) => [field.name, field]));
  const known = new Set(before.fields.map(({ name }) => name));
  const changed = before.fields.flatMap((field) => {
    const next = later.get(field.name);
    if (next === undefined) {
      // An old screen is never complete without what it declares as required.
      const text = `screen ${id} is no longer given ${field.name}`;
      return [field.required ? breaking(text) : compatible(text)];
    }
    if (!isDeepStrictEqual(field.schema, next.schema)) {
      return [breaking(`${field.name} of screen ${id} is of another type`)];
    }
    if (field.required && !next.required) {
      return [breaking(`${field.name} of screen ${id} may now be absent`)];
    }
    return field.required === next.required
      ? []
      : [compatible(`${field.name} of screen ${id} is now always given`)];
  });
  const added = after.fields.flatMap(({ name }) =>
    known.has(name) ? [] : [compatible(`screen ${id} is also given ${name}`)],
  );
  return [...changed, ...added];
}
