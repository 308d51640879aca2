// What the linter says of a flow.json: one thing wrong, where it stands and how to mend it.

import type { JsonRange, JsonSource } from "../json-source.ts";
import type { FlowJsonVersion } from "../versions.ts";

export type Finding = {
  /** Meta's own code where Meta reports one; else one of ours. */
  readonly code: string;
  readonly severity: "error" | "warning";
  /** Who refuses it: Meta's upload, or only this linter. */
  readonly source: "meta" | "flowpoint";
  /** Spelled as Meta spells it; empty for the whole document. */
  readonly path: string;
  readonly range: JsonRange;
  readonly message: string;
  /** The one thing to do about it. */
  readonly hint: string;
  /** The hint as an edit of the text, where it is mechanical. */
  readonly fix: Fix | null;
};

/** Replaces what stands at `range` by `text`. */
export type Edit = { readonly range: JsonRange; readonly text: string };

export type Fix = Edit & {
  /** What has to change with it elsewhere, as the references to a name do; all of it or nothing. */
  readonly also?: readonly Edit[];
};

/** A flow.json whose text is JSON and whose version is known; everything else may be wrong with it. */
export type CheckedFlow = {
  readonly source: JsonSource;
  readonly version: FlowJsonVersion;
};
