// What does a handler pay that writes to the database? Half of the requests submit an order, which is one row through
// `call.once`: one transaction, with the row that remembers the result. The other half opens the flow and needs no
// database. On the embedded database, and on a private Postgres that syncs every commit to disk.

import { randomBytes } from "node:crypto";
import { createFlowTokens } from "../src/protocol/flow-token.ts";
import { createPhone, type Phone } from "../test/helpers/phone.ts";
import { startPostgres } from "../test/helpers/postgres.ts";
import { PARTS } from "../test/parts/parts.ts";
import { assertNoFaults } from "./assert-no-faults.ts";
import { flow } from "./database-handlers/order/contract.gen.ts";
import { withEchoServer } from "./echo-server.ts";
import { type Figure, figuresFrom } from "./figure.ts";
import { sendInTurn, type Throughput } from "./loops.ts";
import { cpuSecondsOf } from "./process-usage.ts";
import { asHttp } from "./requests.ts";
import type { ServerSecrets } from "./secrets.ts";
import type { ServerProcess } from "./server-process.ts";
import { median, quantile } from "./statistics.ts";
import { Wire } from "./wire.ts";

const HANDLERS_DIR = new URL("database-handlers", import.meta.url);
const ROUNDS = 7;
const CONNECTIONS = 16;
/** Orders, and as many requests without one, in a round. */
const ORDERS = 1_000;

type Side = Throughput & { readonly cpuMicros: number };

type Round = { readonly opened: Side; readonly ordered: Side };

type Kind = { readonly key: "pglite" | "postgres"; readonly label: string };

export async function measureHandlersDatabase(
  note: (progress: string) => void,
  orders = ORDERS,
): Promise<readonly Figure[]> {
  const embedded = await measureOn({ key: "pglite", label: "PGlite" }, {}, note, orders);
  if (PARTS.postgres.find() === undefined) {
    note("NOT MEASURED: a handler on Postgres, since this machine has no Postgres server programs");
    return embedded;
  }
  await using postgres = await startPostgres();
  const settings = { DATABASE_URL: await postgres.createDatabase() };
  const kind: Kind = { key: "postgres", label: "Postgres" };
  return [...embedded, ...(await measureOn(kind, settings, note, orders))];
}

async function measureOn(
  kind: Kind,
  settings: Readonly<Record<string, string>>,
  note: (progress: string) => void,
  orders: number,
): Promise<readonly Figure[]> {
  const options = { settings, handlersDir: HANDLERS_DIR };
  return withEchoServer(options, async (server, _makeVisits, secrets) => {
    const wire = new Wire(server.url, CONNECTIONS);
    const rounds: Round[] = [];
    for (let i = 0; i <= ROUNDS; i += 1) {
      const { opening, ordering } = await prepareVisits(secrets, orders);
      const opened = await measureSide(server, wire, opening);
      const ordered = await measureSide(server, wire, ordering);
      // The first round is the compiler's.
      if (i === 0) continue;
      rounds.push({ opened, ordered });
      note(`${kind.label}, round ${i} of ${ROUNDS}: ${ordered.perSecond.toFixed(0)} orders/s`);
    }
    wire.close();
    await assertNoFaults(server);
    return figuresOf(kind, rounds);
  });
}

/** Requests of as many people, each of whom opens the flow and orders once. */
async function prepareVisits(
  secrets: ServerSecrets,
  count: number,
): Promise<{ readonly opening: readonly Buffer[]; readonly ordering: readonly Buffer[] }> {
  const phone = createPhone(secrets.publicKey, secrets.appSecret);
  const tokens = createFlowTokens([secrets.flowTokenSecret]);
  const minted = await Promise.all(
    Array.from({ length: count }, async () =>
      tokens.mint({
        flow: flow.name,
        contractHash: flow.contractHash,
        expiresAtSeconds: Math.floor(Date.now() / 1000) + 3600,
        id: randomBytes(16).toString("base64url"),
        claims: {},
      }),
    ),
  );
  return {
    opening: minted.map((flow_token) => request(phone, { action: "INIT", flow_token })),
    ordering: minted.map((flow_token) =>
      request(phone, {
        action: "data_exchange",
        screen: "ORDER",
        flow_token,
        data: { wish: "Second bell, please." },
      }),
    ),
  };
}

function request(phone: Phone, fields: object): Buffer {
  return asHttp(flow.name, phone.request({ version: "3.0", ...fields }));
}

async function measureSide(
  server: ServerProcess,
  wire: Wire,
  requests: readonly Buffer[],
): Promise<Side> {
  const cpuSeconds = cpuSecondsOf(server.pid);
  const throughput = await sendInTurn(wire, CONNECTIONS, requests);
  const cpuMicros = ((cpuSecondsOf(server.pid) - cpuSeconds) * 1e6) / requests.length;
  return { ...throughput, cpuMicros };
}

function figuresOf({ key, label }: Kind, rounds: readonly Round[]): readonly Figure[] {
  const figure = figuresFrom(rounds, `handlersDatabase.${key}`, label);
  return [
    figure(
      "cpuRatio",
      "CPU of an order ÷ of an exchange without one",
      "×",
      ({ opened, ordered }) => ordered.cpuMicros / opened.cpuMicros,
    ),
    figure("cpu", "CPU of an order", "µs", ({ ordered }) => ordered.cpuMicros),
    figure("orders", `orders over ${CONNECTIONS} connections`, "/s", (r) => r.ordered.perSecond),
    figure("p50", "an order then, p50", "ms", ({ ordered }) => median(ordered.latenciesMs)),
    figure("p99", "an order then, p99", "ms", ({ ordered }) => quantile(ordered.latenciesMs, 0.99)),
    figure("without", "exchanges without an order", "/s", ({ opened }) => opened.perSecond),
  ];
}
