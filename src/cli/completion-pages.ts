// Completions of any number, with no more than a page of them in memory.

import type { CompletionView } from "../app/operations/completion-operations.ts";
import type { OperationInput } from "../app/operations/operations.ts";
import type { RunOperation } from "../app/operations/run-operation.ts";

type Filter = OperationInput<"completions-list">["filter"];

const PAGE = 500;

/** Pages of completions, the newest first. */
export async function* readCompletions(
  run: RunOperation,
  filter: Filter,
  limit: number,
): AsyncGenerator<readonly CompletionView[]> {
  let after: string | null = null;
  for (let left = limit; left > 0; left -= PAGE) {
    const page: Awaited<ReturnType<typeof run<"completions-list">>> = await run(
      "completions-list",
      { filter, limit: Math.min(PAGE, left), after },
    );
    yield page.completions;
    if (page.next === null) return;
    after = page.next;
  }
}
