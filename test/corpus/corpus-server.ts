// The two servers that the corpus is run against: the parts in this process, and the command in a process of its own.

import { randomUUID } from "node:crypto";
import { Agent, request as httpRequest } from "node:http";
import { text } from "node:stream/consumers";
import { createKeyRing } from "../../src/protocol/key-ring.ts";
import { createFlowTokens } from "../../src/protocol/flow-token.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { migrate, SERVER_SOURCE } from "../../src/storage/migrate.ts";
import {
  APP_SECRET,
  buildServer,
  FLOW_TOKEN_SECRET,
  privateKeysOf,
  serverKeys,
  type TestServer,
} from "../helpers/build-server.ts";
import { flow as drill } from "../helpers/fixture-flows/drill/contract.gen.ts";
import {
  FIXTURE_FLOWS,
  makeTemporaryFolder,
  SPAWNED_SECRETS,
  spawnedKeys,
  spawnServer,
} from "../helpers/spawn-server.ts";
import type { BuiltRequest, CorpusTarget } from "./build-case.ts";
import { converse, openIdle } from "./raw-client.ts";
import type { CorpusServer, Received } from "./assert-case.ts";

const PREVIOUS_APP_SECRET = "previous-app-secret";

/** Long enough for a busy machine, short enough to wait for where a handler hangs. */
const DEADLINE_MS = 1_000;

/** Unix times of 1970 and 2100: beyond any clock a server of these tests may have. */
const LONG_AGO = 1;
const FAR_AHEAD = 4_102_444_800;

export type StartedServer = {
  readonly server: CorpusServer;
  readonly pid: number;
  readonly metrics: () => Promise<string>;
  /** What must be found nowhere, by what it is. */
  readonly secrets: Readonly<Record<string, readonly string[]>>;
  readonly stop: () => Promise<void>;
};

export async function startInProcess(): Promise<StartedServer> {
  const folder = await makeTemporaryFolder();
  const database = await openDatabase({ kind: "embedded", dataDir: folder.path }, silent);
  await migrate(database, [
    SERVER_SOURCE,
    { schema: "drill", folder: `${FIXTURE_FLOWS}/drill/migrations` },
  ]);
  const server = await buildServer({
    database,
    settings: {
      WHATSAPP_APP_SECRET: `${APP_SECRET},${PREVIOUS_APP_SECRET}`,
      EXCHANGE_DEADLINE_MS: String(DEADLINE_MS),
    },
  });
  const target = createTarget({
    ...serverKeys,
    appSecret: APP_SECRET,
    tokenSecret: FLOW_TOKEN_SECRET,
  });
  return {
    server: {
      target,
      send: sendInside(server),
      output: () => server.log.map((line) => JSON.stringify(line)).join("\n"),
    },
    pid: process.pid,
    metrics: async () => (await server.metrics.scrape()).text,
    secrets: {
      answers: [target.canary],
      "app secrets": [APP_SECRET, PREVIOUS_APP_SECRET],
      "the flow token secret": [FLOW_TOKEN_SECRET],
      "the private key": keyLines(serverKeys.privateKey.export({ type: "pkcs8", format: "pem" })),
    },
    stop: async () => {
      await server.stop();
      await database.stop();
      await folder.remove();
    },
  };
}

function refuseToWipe(): never {
  throw new Error("the key cannot be wiped");
}

/** A server in this process whose answers cannot be sealed: their key fails when it is wiped. */
export async function startUnsealing(): Promise<Pick<StartedServer, "server" | "stop">> {
  const keys = await createKeyRing(privateKeysOf(serverKeys.privateKey), { copies: 1 });
  const server = await buildServer({
    parts: {
      account: {
        id: "main",
        appSecrets: [APP_SECRET],
        verifyToken: "",
        keys: {
          unwrap: async (encryptedAesKey) => {
            const aesKey = await keys.unwrap(encryptedAesKey);
            return aesKey === null ? null : Object.assign(aesKey, { fill: refuseToWipe });
          },
        },
      },
    },
  });
  const target = createTarget({
    ...serverKeys,
    appSecret: APP_SECRET,
    tokenSecret: FLOW_TOKEN_SECRET,
  });
  return {
    server: { target, send: sendInside(server), output: () => "" },
    stop: () => server.stop(),
  };
}

export async function startSpawned(): Promise<StartedServer> {
  const folder = await makeTemporaryFolder();
  const spawned = await spawnServer(folder.path, {
    LOG_LEVEL: "trace",
    EXCHANGE_DEADLINE_MS: String(DEADLINE_MS),
  });
  const [appSecret = "", previousAppSecret = ""] = SPAWNED_SECRETS.WHATSAPP_APP_SECRET.split(",");
  const target = createTarget({
    ...spawnedKeys,
    appSecret,
    tokenSecret: SPAWNED_SECRETS.FLOW_TOKEN_SECRET,
  });
  const agent = new Agent({ keepAlive: true });
  return {
    server: {
      target,
      send: (request) => sendOverHttp(spawned.url, request, agent),
      converse: (bytes, answers, afterwards) => converse(spawned.url, bytes, answers, afterwards),
      openIdle: (count) => openIdle(spawned.url, count),
      output: () => {
        const { stdout, stderr } = spawned.output();
        // What the server says before it listens is for people.
        return stdout.slice(stdout.indexOf("\n\n") + 2) + stderr;
      },
    },
    pid: spawned.pid,
    metrics: async () => (await fetch(`${spawned.adminUrl}/metrics`)).text(),
    secrets: {
      answers: [target.canary],
      "app secrets": [appSecret, previousAppSecret],
      "the verify token": [SPAWNED_SECRETS.WHATSAPP_VERIFY_TOKEN],
      "the flow token secret": [SPAWNED_SECRETS.FLOW_TOKEN_SECRET],
      "the private key": keyLines(SPAWNED_SECRETS.WHATSAPP_PRIVATE_KEY),
    },
    stop: async () => {
      agent.destroy();
      await spawned.stop();
      await folder.remove();
    },
  };
}

function sendInside(server: TestServer): CorpusServer["send"] {
  return async ({ method, path, headers, body }) => {
    const response = await server.app.inject({
      // Every method of the corpus is one that Node knows.
      method: method as "POST",
      url: path,
      headers,
      payload: body,
    });
    return {
      status: response.statusCode,
      headers: Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
      body: response.body,
    };
  };
}

async function sendOverHttp(
  url: string,
  { method, path, headers, body }: BuiltRequest,
  agent: Agent,
): Promise<Received> {
  const answered = Promise.withResolvers<Received>();
  // The URL class would tidy the path up.
  const { hostname, port } = new URL(url);
  const client = httpRequest(
    { hostname, port, path, method, headers: { ...headers, "content-length": body.length }, agent },
    (response) => {
      const { statusCode = 0, rawHeaders } = response;
      text(response).then(
        (received) =>
          answered.resolve({
            status: statusCode,
            body: received,
            headers: rawHeaders.flatMap((name, at) =>
              at % 2 === 0 ? [[name.toLowerCase(), rawHeaders[at + 1] ?? ""]] : [],
            ),
          }),
        answered.reject,
      );
    },
  );
  client.on("error", answered.reject);
  client.end(body);
  return answered.promise;
}

function createTarget(options: {
  readonly publicKey: CorpusTarget["publicKey"];
  readonly appSecret: string;
  readonly tokenSecret: string;
}): CorpusTarget {
  const tokens = createFlowTokens([options.tokenSecret]);
  const canary = `CANARY${randomUUID()}`;
  return {
    publicKey: options.publicKey,
    appSecret: options.appSecret,
    previousAppSecret: PREVIOUS_APP_SECRET,
    canary,
    mint: (kind) =>
      tokens.mint({
        flow: kind === "of another flow" ? "another-flow" : "drill",
        expiresAtSeconds: kind === "expired" ? LONG_AGO : FAR_AHEAD,
        id: randomUUID(),
        contractHash: kind === "older contract" ? "000000000000" : drill.contractHash,
        claims: { about: canary },
      }),
  };
}

/** The lines of a PEM file that are not the same in every one. */
function keyLines(pem: string | Buffer): readonly string[] {
  return String(pem).split("\n").slice(2, -3);
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
