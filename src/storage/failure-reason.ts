// Why something that wrote to the database failed, in words that quote none of its rows.

/**
 * What Postgres says about the statement (class 42: syntax and names), or what the code itself threw. Any other message
 * of Postgres may quote a row, so its code stands for it.
 */
export function failureReason(error: unknown): string {
  if (!(error instanceof Error)) return "it threw something that is no error";
  const code = "code" in error && typeof error.code === "string" ? error.code : null;
  return code === null || code.startsWith("42") ? error.message : `the database answered ${code}`;
}
