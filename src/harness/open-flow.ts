// Opens the flow of a handler folder for a test: the handler as the server would load it, on a database of its own, at
// a time of the test's choosing, and any number of phones. Nothing of it reaches a network, or outlives `close`.

import { existsSync } from "node:fs";
import path from "node:path";
import { exampleData } from "../flow-json/data-model.ts";
import { type FlowJsonDocument, parseFlowJson } from "../flow-json/document.ts";
import type { JsonObject } from "../flow-json/json-value.ts";
import type { FlowContract } from "../flows/define-flow.ts";
import { HandlerLoadError, type HandlerModule, loadHandler } from "../flows/load-handlers.ts";
import { createLoadedFlow, type LoadedFlow } from "../flows/loaded-flow.ts";
import type { HandlerDatabase } from "../flows/services.ts";
import { createFlowTokens } from "../protocol/flow-token.ts";
import { type Database, openDatabase } from "../storage/database.ts";
import { createEraseStore } from "../storage/erase.ts";
import { migrate, SERVER_SOURCE } from "../storage/migrate.ts";
import { createEffects } from "../storage/once.ts";
import {
  type CompletionSender,
  createDeliverCompletion,
  fromElsewhere,
} from "./deliver-completion.ts";
import { HarnessError } from "./harness-error.ts";
import { createLogLines, type LogLine } from "./log-lines.ts";
import { createTestClock, type TestClock } from "./test-clock.ts";
import { ACCOUNT, createTestEndpoint } from "./test-endpoint.ts";
import { mintFlowToken, type PhoneOptions } from "./test-message.ts";
import { TestPhone } from "./test-phone.ts";
import { createUploadedFiles } from "./uploaded-files.ts";

export type FlowOptions = {
  /** When the test begins; default 4 May 2026, 09:00 UTC. */
  readonly now?: Date | string;
  /** Whether the handler's demonstration data are put in; default no. */
  readonly seed?: boolean;
  /** The handler's `env`; default empty. */
  readonly env?: Readonly<Record<string, string>>;
  /** As the setting `FLOW_TOKEN_POLICY`; default `signed`. */
  readonly tokenPolicy?: "signed" | "any";
  /**
   * An empty Postgres database of the test's own, where it is about several people at the same moment. Flows opened on
   * the same one are several servers of the same flow. Default: a database in memory, on one connection.
   */
  readonly databaseUrl?: string;
};

export interface TestFlow extends AsyncDisposable {
  readonly name: string;
  /** The handler's own database, as it is given to the handler. */
  readonly db: HandlerDatabase;
  readonly clock: TestClock;
  /** What the handler has logged. */
  readonly log: readonly LogLine[];
  /** A phone that has just got a message with this flow. */
  phone(options?: PhoneOptions): Promise<TestPhone>;
  /**
   * Data for a screen, out of the `__example__` of its model.
   *
   * @throws HarnessError `NO_SUCH_SCREEN`, or `DATA_REFUSED` where the examples do not fit
   */
  example(screen: string): JsonObject;
  /** Puts the handler's demonstration data in, once more. */
  seed(): Promise<void>;
  /**
   * Brings answers that no phone of the test gave to `completed`: from another version of the flow, or of no sense.
   *
   * @param response  text where they are not even JSON
   * @throws what the handler throws
   */
  deliver(response: JsonObject | string, sender?: CompletionSender): Promise<void>;
  /** Erases a user, as the command does: what is stored of their answers, and what the handler keeps. */
  erase(user: string): Promise<void>;
  close(): Promise<void>;
}

const FLOW_TOKEN_SECRET = "the flow token secret of a test";
const POOL_MAX = 10;

/**
 * @param folder  the handler's: `import.meta.dirname` in its own tests
 * @throws HandlerLoadError where the server would not load it either, MigrationError
 */
export async function openFlow(folder: string, options: FlowOptions = {}): Promise<TestFlow> {
  const home = path.resolve(folder);
  if (!existsSync(path.join(home, "flow.json"))) {
    throw new HandlerLoadError(`${path.join(home, "flow.json")} is missing; name a flow's folder`);
  }
  const module = await loadHandler(path.basename(home), home, "refuse");
  const { log, lines } = createLogLines();
  const { databaseUrl: url } = options;
  const database = await openDatabase(
    url === undefined ? { kind: "memory" } : { kind: "postgres", url, poolMax: POOL_MAX },
    log,
  );
  try {
    const { name, migrationsFolder } = module;
    const own = migrationsFolder === null ? [] : [{ schema: name, folder: migrationsFolder }];
    await migrate(database, [SERVER_SOURCE, ...own]);
    const clock = createTestClock(options.now);
    // Before the handler is made, as the server does it.
    if (options.seed === true) await seedFlow(module, database, clock);
    const uploads = createUploadedFiles();
    const loaded = await createLoadedFlow(module, {
      db: database.forFlow(name),
      clock,
      log,
      media: uploads.media,
      env: options.env ?? {},
    });
    return createTestFlow({ module, database, loaded, clock, log, lines, uploads, options });
  } catch (error) {
    await database.stop();
    throw error;
  }
}

function createTestFlow({
  module,
  database,
  loaded,
  clock,
  log,
  lines,
  uploads,
  options,
}: {
  readonly module: HandlerModule;
  readonly database: Database;
  readonly loaded: LoadedFlow;
  readonly clock: TestClock;
  readonly log: ReturnType<typeof createLogLines>["log"];
  readonly lines: readonly LogLine[];
  readonly uploads: ReturnType<typeof createUploadedFiles>;
  readonly options: FlowOptions;
}): TestFlow {
  const { name } = module;
  const document = parseFlowJson(module.flowJson);
  const tokens = createFlowTokens([FLOW_TOKEN_SECRET]);
  const parts = { flow: loaded, tokens, effects: createEffects(database, ACCOUNT), log };
  const tokenPolicy = options.tokenPolicy ?? "signed";
  const endpoint = createTestEndpoint({ ...parts, tokenPolicy, clock });
  const deliver = createDeliverCompletion({ ...parts, database, uploads });
  let phones = 0;
  let closing: Promise<void> | null = null;

  const flow: TestFlow = {
    name,
    db: database.forFlow(name),
    clock,
    log: lines,

    async phone({ user, claims, flowToken } = {}) {
      phones += 1;
      return new TestPhone({
        document,
        endpoint,
        uploads,
        deliver,
        user: user ?? `US.${phones}`,
        flowToken:
          flowToken === undefined
            ? await mintFlowToken(tokens, loaded.contract, clock, claims)
            : flowToken,
      });
    },

    example: (screen) => readExample(document, loaded.contract, screen),

    seed: () => seedFlow(module, database, clock),

    deliver: (response, sender) => deliver(fromElsewhere(response, sender)),

    async erase(user) {
      const { erase } = loaded.behaviour;
      if (erase === null) throw new HarnessError("NO_SUCH_MEMBER", `${name} has no erase`);
      const store = createEraseStore(database, { forget: async () => {} }, ACCOUNT);
      await store.erase(user, [{ flow: name, erase }]);
    },

    close() {
      closing ??= closeFlow(loaded, database);
      return closing;
    },

    [Symbol.asyncDispose]: () => flow.close(),
  };
  return flow;
}

async function seedFlow(
  { name, seed }: HandlerModule,
  database: Database,
  clock: TestClock,
): Promise<void> {
  if (seed === null) throw new HarnessError("NO_SUCH_MEMBER", `${name} has no seed.ts`);
  await database.root.transaction().execute(async (trx) => seed(trx.withSchema(name), clock));
}

async function closeFlow({ behaviour }: LoadedFlow, database: Database): Promise<void> {
  try {
    await behaviour.close?.();
  } finally {
    await database.stop();
  }
}

function readExample(document: FlowJsonDocument, contract: FlowContract, id: string): JsonObject {
  const screen = document.screen(id);
  const schema = contract.screens[id]?.data;
  if (screen === undefined || schema === undefined) {
    const known = document.screens.map((each) => each.id).join(", ");
    throw new HarnessError("NO_SUCH_SCREEN", `no screen ${id} in flow.json; it has: ${known}`);
  }
  const data = exampleData(screen.data ?? {});
  const parsed = schema.safeParse(data);
  if (parsed.success) return data;
  const paths = parsed.error.issues.map((issue) => ["data", ...issue.path].join("."));
  throw new HarnessError(
    "DATA_REFUSED",
    `the examples of ${id} do not fit its model at: ${paths.join(", ")}; correct its __example__`,
  );
}
