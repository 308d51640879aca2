// How a test says that it needs a real program. Without the program the group
// is skipped, and the skip carries the program's name to the end of the run.

import { describe } from "vitest";
import { PARTS, type Part, type PartName } from "./parts.ts";

declare module "vitest" {
  interface TaskMeta {
    /** Title of the part for want of which a group did not run. */
    missingPart?: string;
  }
}

/**
 * A `describe` for tests that need a part:
 *
 *     requirePart("postgres")("the ledger", () => { it("…", …) });
 *
 * Hooks belong inside the group, so that they too run only with the part.
 */
export function requirePart(name: PartName): (title: string, define: () => void) => void {
  return describeWith(PARTS[name]);
}

/** As `requirePart`, for a part that is not in the table. */
export function describeWith(part: Part): (title: string, define: () => void) => void {
  return (title, define) => {
    if (part.find() !== undefined) describe(title, define);
    else describe(title, { skip: true, meta: { missingPart: part.title } }, define);
  };
}
