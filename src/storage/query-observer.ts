// Tells somebody of every query: what it did, to which table, and how long it took. The text of a query is not told, since
// raw SQL may have values in it.

import {
  AliasNode,
  type CompiledQuery,
  DeleteQueryNode,
  InsertQueryNode,
  type KyselyConfig,
  type OperationNode,
  SelectQueryNode,
  TableNode,
  UpdateQueryNode,
} from "kysely";

export type QueryReport = {
  /** `SELECT`, `COMMIT`; `OTHER` for what is none of the common statements. */
  readonly operation: string;
  /** With its schema; `null` for raw SQL, and where the rows come from no table. */
  readonly table: string | null;
  readonly durationMs: number;
  readonly isFailed: boolean;
};

export type QueryObserver = (report: QueryReport) => void;

const STATEMENTS =
  /^\s*(select|insert|update|delete|with|begin|start|commit|rollback|set|create)\b/i;

/** For kysely's `log`. */
export function reportQueriesTo(observer: QueryObserver): NonNullable<KyselyConfig["log"]> {
  return ({ level, query, queryDurationMillis }) =>
    observer({
      operation: STATEMENTS.exec(query.sql)?.[1]?.toUpperCase() ?? "OTHER",
      table: tableOf(query),
      durationMs: queryDurationMillis,
      isFailed: level === "error",
    });
}

function tableOf({ query }: CompiledQuery): string | null {
  const source = sourceOf(query);
  const node = source !== undefined && AliasNode.is(source) ? source.node : source;
  if (node === undefined || !TableNode.is(node)) return null;
  const { schema, identifier } = node.table;
  return schema === undefined ? identifier.name : `${schema.name}.${identifier.name}`;
}

function sourceOf(query: OperationNode): OperationNode | undefined {
  if (SelectQueryNode.is(query)) return query.from?.froms[0];
  if (InsertQueryNode.is(query)) return query.into;
  if (UpdateQueryNode.is(query)) return query.table;
  if (DeleteQueryNode.is(query)) return query.from.froms[0];
  return undefined;
}
