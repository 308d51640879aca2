// Lists that the Graph API hands out in pages. Source: Meta, "Paginated results".

import { z } from "zod";
import type { GraphClient } from "./client.ts";

export type PagedCall<T> = {
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly item: z.ZodType<T>;
  readonly operation: string;
};

const PAGE_SIZE = "100";

/** The last page, too, comes with cursors; only `next` says that there is another. */
export async function* readPages<T>(
  client: GraphClient,
  { path, query, item, operation }: PagedCall<T>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const answer = z.object({
    data: z.array(item),
    paging: z
      .object({
        cursors: z.object({ after: z.string().optional() }).optional(),
        next: z.string().optional(),
      })
      .optional(),
  });
  let after: string | null = null;
  do {
    const page: z.output<typeof answer> = await client.call(
      {
        method: "GET",
        path,
        query: { ...query, limit: PAGE_SIZE, ...(after === null ? {} : { after }) },
        answer,
        operation,
        repeatable: true,
      },
      signal,
    );
    yield* page.data;
    const { next, cursors } = page.paging ?? {};
    after = next === undefined ? null : (cursors?.after ?? null);
  } while (after !== null);
}
