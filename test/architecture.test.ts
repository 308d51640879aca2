// Holds the code to its architecture: floors, a pure core, one place for the
// environment, the clock, the HTTP framework and the database, small files with
// telling names. Every rule is first shown to fail on a small example.

import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as fileRules from "./architecture/file-rules.ts";
import * as importRules from "./architecture/import-rules.ts";
import { loadTree, parseTree, type Tree } from "./architecture/tree.ts";

type Rule = (tree: Tree) => readonly string[];
type Example = {
  readonly rule: Rule;
  readonly finds: string;
  readonly in: Readonly<Record<string, string>>;
};

const { importsGoDown, foldersHaveFloors, coreIsPure, handlersStandAlone } = importRules;
const { fastifyStaysAtTheEdge, kyselyStaysInStorage, forgeStaysOffTheRequestPath } = importRules;
const { environmentIsReadOnce, clockIsReadOnce } = fileRules;
const { filesAreShort, namesSaySomething, foldersHoldSeveral } = fileRules;

const BROKEN: readonly Example[] = [
  {
    rule: importsGoDown,
    finds:
      "src/protocol/a.ts:2 imports ../storage/b.ts: imports only go down: protocol is on floor 0, storage on floor 3",
    in: { "src/protocol/a.ts": '\nimport type { B } from "../storage/b.ts";' },
  },
  {
    rule: importsGoDown,
    finds:
      "imports ../webhooks/b.ts: imports only go down: endpoint is on floor 2, webhooks on floor 2",
    in: { "src/endpoint/a.ts": 'export * from "../webhooks/b.ts";' },
  },
  {
    rule: importsGoDown,
    finds: "imports ./cli/b.ts: imports only go down: phone is on floor 1, cli on floor 6",
    in: { "src/phone.ts": 'await import("./cli/b.ts");' },
  },
  {
    rule: importsGoDown,
    finds: "imports ../../test/b.ts: src imports nothing of the project but src",
    in: { "src/app/a.ts": 'import "../../test/b.ts";' },
  },
  {
    rule: importsGoDown,
    finds: "imports flowpoint: src imports its own files by path",
    in: { "src/protocol/a.ts": 'import { implement } from "flowpoint";' },
  },
  {
    rule: foldersHaveFloors,
    finds: "src/payments stands on no floor",
    in: { "src/payments/a.ts": "" },
  },
  {
    rule: coreIsPure,
    finds: "src/protocol/a.ts:1 imports node:fs/promises: the core is pure",
    in: { "src/protocol/a.ts": 'import { readFile } from "fs/promises";' },
  },
  {
    rule: coreIsPure,
    finds: "src/flow-json/a.ts:1 imports pino: the core is pure",
    in: { "src/flow-json/a.ts": 'import { pino } from "pino";' },
  },
  {
    rule: coreIsPure,
    finds: "src/protocol/a.ts:1 uses console.log: the core is pure",
    in: { "src/protocol/a.ts": "console.log(1);" },
  },
  {
    rule: coreIsPure,
    finds: "src/protocol/a.ts:1 uses setTimeout(): the core is pure",
    in: { "src/protocol/a.ts": "setTimeout(stop, 10);" },
  },
  {
    rule: handlersStandAlone,
    finds: "handlers/nps/handler.ts:1 imports pg: a handler imports only flowpoint, zod and kysely",
    in: { "handlers/nps/handler.ts": 'import pg from "pg";' },
  },
  {
    rule: handlersStandAlone,
    finds: "imports node:fs: a handler imports only",
    in: { "handlers/nps/handler.ts": 'import fs from "node:fs";' },
  },
  {
    rule: handlersStandAlone,
    finds: "imports flowpoint/test: a handler imports only",
    in: { "handlers/nps/handler.ts": 'import { drive } from "flowpoint/test";' },
  },
  {
    rule: handlersStandAlone,
    finds: "imports ../lead/a.ts: a handler imports only its own files",
    in: { "handlers/nps/handler.test.ts": 'import { a } from "../lead/a.ts";' },
  },
  {
    rule: fastifyStaysAtTheEdge,
    finds: "src/endpoint/exchange.ts:1 imports fastify: fastify is known only to routes.ts",
    in: { "src/endpoint/exchange.ts": 'import type { FastifyReply } from "fastify";' },
  },
  {
    rule: fastifyStaysAtTheEdge,
    finds: "src/app/observer.ts:1 imports @fastify/otel",
    in: { "src/app/observer.ts": 'import otel from "@fastify/otel";' },
  },
  {
    rule: kyselyStaysInStorage,
    finds: "src/completions/run.ts:1 imports kysely: kysely is known only to src/storage",
    in: { "src/completions/run.ts": 'import type { Kysely } from "kysely";' },
  },
  {
    rule: kyselyStaysInStorage,
    finds: "src/flows/call.ts:1 imports kysely/migration",
    in: { "src/flows/call.ts": 'import { Migrator } from "kysely/migration";' },
  },
  {
    rule: forgeStaysOffTheRequestPath,
    finds: "src/protocol/pem.ts:1 imports node-forge: node-forge is known only to",
    in: { "src/protocol/pem.ts": 'import type forge from "node-forge";' },
  },
  {
    rule: forgeStaysOffTheRequestPath,
    finds:
      "src/endpoint/a.ts → src/protocol/b.ts → src/protocol/pkcs12.ts → node-forge: the request path",
    in: {
      "src/endpoint/a.ts": 'import { b } from "../protocol/b.ts";',
      "src/protocol/b.ts": 'const { c } = await import("./pkcs12.ts");',
      "src/protocol/pkcs12.ts": 'import forge from "node-forge";',
    },
  },
  {
    rule: environmentIsReadOnce,
    finds: "src/graph/client.ts:2 reads process.env: only src/app/environment.ts does",
    in: { "src/graph/client.ts": "\nconst token = process.env.TOKEN;" },
  },
  {
    rule: environmentIsReadOnce,
    finds: "handlers/nps/handler.ts:1 reads process.env",
    in: { "handlers/nps/handler.ts": "const { env } = process;" },
  },
  {
    rule: environmentIsReadOnce,
    finds: "src/cli/main.ts:1 imports node:process",
    in: { "src/cli/main.ts": 'import { env } from "node:process";' },
  },
  ...["Date.now()", "new Date()", "performance.now()", "Date()", "process.hrtime.bigint()"].map(
    (code): Example => ({
      rule: clockIsReadOnce,
      finds: "src/app/clock.ts reads the clock",
      in: { "src/storage/queue.ts": `const now = ${code};` },
    }),
  ),
  {
    rule: filesAreShort,
    finds: "src/app/a.ts has 401 lines: the ceiling is 400",
    in: { "src/app/a.ts": "\n".repeat(401) },
  },
  {
    rule: namesSaySomething,
    finds: 'src/app/utils/a.ts: "utils" says nothing',
    in: { "src/app/utils/a.ts": "" },
  },
  {
    rule: namesSaySomething,
    finds: 'src/app/types.ts: "types" says nothing',
    in: { "src/app/types.ts": "" },
  },
  {
    rule: namesSaySomething,
    finds: "src/app/index.ts: only src/flows/index.ts and src/harness/index.ts may be an index",
    in: { "src/app/index.ts": "" },
  },
  {
    rule: foldersHoldSeveral,
    finds: "src/phone holds only src/phone/phone.ts: a folder of one file is a file",
    in: { "src/phone/phone.ts": "" },
  },
];

/** Close to the examples above, and allowed. */
const SOUND: Readonly<Record<string, string>> = {
  "src/protocol/envelope.ts":
    'import { a } from "node:crypto"; import type { P } from "./pkcs12.ts"; new Date(0);',
  "src/protocol/pkcs12.ts": 'import forge from "node-forge";',
  "src/phone.ts": 'import { a } from "./protocol/envelope.ts";',
  "src/flows/index.ts": 'import type { Kysely } from "kysely";',
  "src/flows/call.ts": "const at = new Date(0);",
  "src/endpoint/routes.ts":
    'import fastify from "fastify"; import "../flows/index.ts"; import "./exchange.ts";',
  "src/endpoint/exchange.ts": 'import { a } from "../protocol/envelope.ts";',
  "src/storage/database.ts": 'import { Kysely } from "kysely"; import pg from "pg";',
  "src/storage/queue.ts": "setTimeout(stop, 10);",
  "src/app/environment.ts":
    'export const env = process.env; import version from "../../package.json" with { type: "json" };',
  "src/app/clock.ts": "Date.now(); new Date(); performance.now();",
  "src/app/admin-server.ts": 'import fastify from "fastify"; import "../storage/queue.ts";',
  "src/cli/main.ts":
    'import forge from "node-forge"; import "../app/clock.ts"; process.stdout.write("");',
  "src/cli/a.ts": "\n".repeat(400),
  "handlers/nps/handler.ts":
    'import "flowpoint"; import "zod"; import "kysely"; import "./lib/a.ts";',
  "handlers/nps/handler.test.ts":
    'import "vitest"; import "flowpoint/test"; import "node:fs"; process.env; Date.now();',
};

const RULES: readonly Rule[] = [...Object.values(importRules), ...Object.values(fileRules)];

describe("the rules", () => {
  it.each(BROKEN)("find: $finds", (example) => {
    const findings = example.rule(parseTree(example.in));

    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(example.finds);
  });

  it("each have an example that breaks them", () => {
    const shown = new Set(BROKEN.map((example) => example.rule));

    expect(RULES.filter((rule) => !shown.has(rule)).map((rule) => rule.name)).toEqual([]);
  });

  it.each(RULES.map((rule) => ({ name: rule.name, rule })))(
    "$name passes what is allowed",
    ({ rule }) => {
      expect(rule(parseTree(SOUND))).toEqual([]);
    },
  );
});

describe("the code", () => {
  const tree = loadTree(fileURLToPath(new URL("..", import.meta.url)));

  it("was found", () => {
    expect(tree.sources.length).toBeGreaterThan(0);
  });

  it.each(RULES.map((rule) => ({ name: rule.name, rule })))("keeps the rule $name", ({ rule }) => {
    expect(rule(tree)).toEqual([]);
  });
});
