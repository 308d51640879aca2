// The Flow JSON versions that Meta still lets a business publish, and how versions compare.
// Source: Meta, "Flow JSON", and observed in Meta's web client, August 2026 (7.4).

export const FLOW_JSON_VERSIONS = [
  "5.1",
  "6.0",
  "6.1",
  "6.2",
  "6.3",
  "7.0",
  "7.1",
  "7.2",
  "7.3",
  "7.4",
] as const;

export type FlowJsonVersion = (typeof FLOW_JSON_VERSIONS)[number];

export function isFlowJsonVersion(version: string): version is FlowJsonVersion {
  return FLOW_JSON_VERSIONS.some((known) => known === version);
}

/**
 * Whether `version` is `minimum` or later. Both parts are integers: "1.10" is later than "1.2", so
 * neither the text nor a float may be compared.
 */
export function isAtLeast(version: string, minimum: string): boolean {
  return ordinal(version) >= ordinal(minimum);
}

function ordinal(version: string): number {
  const [major, minor] = version.split(".");
  return Number(major) * 100 + Number(minor);
}
