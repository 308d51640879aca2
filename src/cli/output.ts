// Results go to standard output, everything else to standard error, so that a command's output can be piped.

/** Whoever read the output has gone, as `head` does when it has enough. */
export class OutputClosed extends Error {
  override readonly name = "OutputClosed";
}

/**
 * Keeps output that cannot be written from ending the process with a stack. That nobody reads on is no failure.
 *
 * @returns waits until everything written is out, and resolves with the first error if something is lost, else `null`
 */
export function watchOutput(): () => Promise<Error | null> {
  let lost: Error | null = null;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") lost ??= error;
    });
  }
  return async () => {
    await Promise.all([flush(process.stdout), flush(process.stderr)]);
    return lost;
  };
}

function flush(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write("", () => resolve());
  });
}

export function writeResult(text: string): void {
  process.stdout.write(`${text}\n`);
}

/**
 * As `writeResult`, for output of any length: resolves when there is room for more.
 *
 * @throws OutputClosed when nobody reads on
 */
export async function streamResult(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(`${text}\n`, (error) => {
      if (error) reject(new OutputClosed("nobody reads standard output", { cause: error }));
      else resolve();
    });
  });
}

export function writeJson(value: unknown): void {
  writeResult(JSON.stringify(value, null, 2));
}

export function writeProgress(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Rows under headings, columns as wide as their widest cell. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  return [headings, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
