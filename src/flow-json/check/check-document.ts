// The phase before any rule: is this JSON at all, an object, and of which version. What fails here leaves Meta's upload
// nothing to go on with; this linter assumes a version and goes on where it can.

import { Buffer } from "node:buffer";
import { indexJson, type KeyProblem } from "../index-json.ts";
import type { JsonRange, JsonSource } from "../json-source.ts";
import { formatPath, isJsonObject, type JsonObject, type JsonValue } from "../json-value.ts";
import { type FlowJsonVersion, isFlowJsonVersion } from "../versions.ts";
import { addMember, replaceValue } from "./edit.ts";
import type { CheckedFlow, Finding, Fix } from "./finding.ts";

export type CheckedDocument = {
  /** Meta's, in Meta's order; any of them ends an upload. */
  readonly findings: readonly Finding[];
  /** Ours. */
  readonly ownFindings: readonly Finding[];
  /** As it is written; `null` where it is no string. */
  readonly version: string | null;
  /** `null`: nothing to check. Of a version that is missing or refused: the recommended one. */
  readonly flow: CheckedFlow | null;
};

export const RECOMMENDED_VERSION = "7.3" satisfies FlowJsonVersion;

const MAX_BYTES = 10 * 1024 * 1024;
const START: JsonRange = { line: 1, column: 1, endLine: 1, endColumn: 1 };

export function checkDocument(text: string): CheckedDocument {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES) {
    return unreadable(
      START,
      `the file is ${bytes - MAX_BYTES} bytes over the 10 MB that Meta accepts`,
      "leave images out and let the endpoint send them",
    );
  }
  if (text.startsWith("\uFEFF")) {
    const range = { ...START, endColumn: 2 };
    return unreadable(
      range,
      "the file begins with a byte order mark, which is no JSON",
      "remove it: save the file as UTF-8 without a byte order mark",
      { range, text: "" },
    );
  }
  const indexed = indexJson(text);
  if (indexed.kind !== "json") {
    if (indexed.kind === "excessive") return excessive(indexed.range, indexed.problem);
    return unreadable(
      indexed.range,
      `this is not valid JSON: ${indexed.problem}`,
      "correct the syntax here, or just before",
    );
  }
  const { source } = indexed;
  if (!isJsonObject(source.value)) {
    return unreadable(source.locate([]), "flow.json must hold one JSON object", "begin with `{`");
  }
  const version = checkVersion(source, source.value);
  return {
    findings: [...version.findings, ...checkMeta(source, source.value)],
    ownFindings: indexed.keyProblems.map(describeKeyProblem),
    version: version.written,
    flow: { source, version: version.assumed },
  };
}

function unreadable(
  range: JsonRange,
  message: string,
  hint: string,
  fix: Fix | null = null,
): CheckedDocument {
  const finding = metaFinding("INVALID_FLOW_JSON", "", range, message, hint, fix);
  return { findings: [finding], ownFindings: [], version: null, flow: null };
}

/** Meta knows no such limit, but there is nothing to be learnt from the rest. */
function excessive(range: JsonRange, problem: string): CheckedDocument {
  const finding: Finding = {
    code: "EXCESSIVE_FLOW_JSON",
    severity: "error",
    source: "flowpoint",
    path: "",
    range,
    message: `no flow holds ${problem}`,
    hint: "give a flow.json; data belongs into the endpoint's answers",
    fix: null,
  };
  return { findings: [finding], ownFindings: [], version: null, flow: null };
}

function checkVersion(
  source: JsonSource,
  root: JsonObject,
): {
  readonly findings: readonly Finding[];
  readonly written: string | null;
  readonly assumed: FlowJsonVersion;
} {
  const { version } = root;
  const hint = `\`"version": "${RECOMMENDED_VERSION}"\``;
  if (version === undefined) {
    const fix = addMember(source, [], "version", RECOMMENDED_VERSION, Object.keys(root)[0]);
    const range = source.locate([]);
    const message = "flow.json names no version";
    return {
      findings: [metaFinding("MISSING_FLOW_JSON_VERSION", "", range, message, `add ${hint}`, fix)],
      written: null,
      assumed: RECOMMENDED_VERSION,
    };
  }
  const written = typeof version === "string" ? version : null;
  if (written !== null && isFlowJsonVersion(written)) {
    return { findings: [], written, assumed: written };
  }
  const meant = intendedVersion(version);
  const message =
    written === null ? "version must be a string" : "Meta does not publish flows of this version";
  return {
    findings: [
      metaFinding(
        "INVALID_FLOW_JSON_VERSION",
        "version",
        source.locate(["version"]),
        message,
        `write \`"version": "${meant}"\``,
        replaceValue(source, ["version"], meant),
      ),
    ],
    written,
    assumed: meant,
  };
}

/** A number that should have been a string says which; anything else stands for the recommended version. */
function intendedVersion(version: JsonValue): FlowJsonVersion {
  const text = typeof version === "number" ? version.toFixed(1) : "";
  return isFlowJsonVersion(text) && Number(text) === version ? text : RECOMMENDED_VERSION;
}

/** Marks flows that Meta's own tools wrote. */
function checkMeta(source: JsonSource, root: JsonObject): readonly Finding[] {
  if (!Object.hasOwn(root, "meta")) return [];
  const range = source.locate(["meta"], "key");
  return [
    metaFinding("INVALID_FLOW_JSON", "", range, "there is no property 'meta' here", "remove it"),
  ];
}

function describeKeyProblem({ kind, path, range }: KeyProblem): Finding {
  const base = { source: "flowpoint", path: formatPath(path), range, fix: null } as const;
  return kind === "proto"
    ? {
        ...base,
        code: "UNSENDABLE_KEY",
        severity: "error",
        message: "no endpoint takes a key named __proto__",
        hint: "rename it",
      }
    : {
        ...base,
        code: "DUPLICATE_KEY",
        severity: "warning",
        message: "the key is written twice; only the last one counts",
        hint: "remove one of them",
      };
}

function metaFinding(
  code: string,
  path: string,
  range: JsonRange,
  message: string,
  hint: string,
  fix: Fix | null = null,
): Finding {
  return { code, severity: "error", source: "meta", path, range, message, hint, fix };
}
