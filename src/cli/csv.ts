// CSV as spreadsheets read it: RFC 4180, and nothing in it is a formula.

/** One row, without its line break. */
export function formatCsvRow(cells: readonly string[]): string {
  return cells.map(formatCell).join(",");
}

function formatCell(text: string): string {
  // Spreadsheets run what begins so, and users wrote what is here.
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
