// A reference that leads nowhere, in words, with the one that was probably meant.

import { formatReference, type Reference } from "../binding.ts";
import type { FlowView, Resolution, ScreenView } from "./flow-view.ts";
import { nearestName } from "./nearest-name.ts";

export type DeadReference = Exclude<Resolution, { kind: "found" }>;

export type Explanation = {
  readonly message: string;
  readonly hint: string;
  /** The reference that should stand there, where only one comes to mind. */
  readonly instead: string | null;
};

export function explainReference(
  flow: FlowView,
  reference: Reference,
  dead: DeadReference,
): Explanation {
  const written = formatReference(reference);
  const instead = nearestReference(flow, reference, dead);
  const hint = instead === null ? null : `write \`${formatReference(instead)}\``;
  return { ...describe(written, reference, dead, hint), instead: formatOrNull(instead) };
}

function describe(
  written: string,
  { source, path }: Reference,
  dead: DeadReference,
  hint: string | null,
): { message: string; hint: string } {
  switch (dead.kind) {
    case "no-screen":
      return {
        message: `${written} refers to screen ${dead.id}, which does not exist`,
        hint: hint ?? "name a screen of this flow",
      };
    case "form-itself":
      return {
        message: `${written} refers to a Form, which has no value of its own`,
        hint: hint ?? "name an input inside the Form",
      };
    case "no-field":
      return source === "data"
        ? {
            message: `screen ${dead.owner.id} has no data for ${written}`,
            hint: hint ?? `declare ${path.join(".")} in the data of screen ${dead.owner.id}`,
          }
        : {
            message: `screen ${dead.owner.id} has no input for ${written}`,
            hint: hint ?? `name an input of screen ${dead.owner.id}`,
          };
  }
}

function nearestReference(
  flow: FlowView,
  reference: Reference,
  dead: DeadReference,
): Reference | null {
  if (dead.kind === "form-itself") return null;
  if (dead.kind === "no-screen") {
    const screen = nearestName(
      dead.id,
      flow.screens.map(({ id }) => id),
    );
    return screen === null ? null : ifFound(flow, { ...reference, screen }, null);
  }
  const { owner } = dead;
  const { source, path } = reference;
  const [name, ...rest] = path;
  const other = { ...reference, source: source === "data" ? "form" : "data" } as const;
  const misspelt = nearestName(name, source === "data" ? dataNames(owner) : owner.inputs.keys());
  return (
    ifFound(flow, other, owner) ??
    (misspelt === null ? null : ifFound(flow, { ...reference, path: [misspelt, ...rest] }, owner))
  );
}

/** A suggestion must not lead nowhere itself. */
function ifFound(flow: FlowView, reference: Reference, owner: ScreenView | null): Reference | null {
  const screen = owner ?? flow.screen(reference.screen ?? "");
  if (screen === undefined) return null;
  return flow.resolve(reference, screen).kind === "found" ? reference : null;
}

/** One by one: most of a long model is never looked at. */
function* dataNames(screen: ScreenView): Generator<string> {
  for (const { name } of screen.model.fields) yield name;
}

function formatOrNull(reference: Reference | null): string | null {
  return reference === null ? null : formatReference(reference);
}
