// The other commands, as their users run them: results on standard output, the rest on standard error, and exit
// statuses that scripts can rely on.

import { createPublicKey } from "node:crypto";
import { cp, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  FIXTURE_FLOWS,
  makeTemporaryFolder,
  run,
  SPAWNED_SECRETS,
  start,
} from "../helpers/spawn-server.ts";
import { HANDLERS_DIR, openShop, type Shop } from "./book-appointment.ts";

type Folder = Awaited<ReturnType<typeof makeTemporaryFolder>>;
const parts: { folder?: Folder } = {};

/** Where nothing listens. */
const NO_DATABASE = "postgres://user:password@127.0.0.1:9/shop";

const LONG_CLAIMS = JSON.stringify({ note: "x".repeat(512) });

beforeAll(async () => {
  parts.folder = await makeTemporaryFolder();
});

afterAll(() => parts.folder?.remove());

function inFolder(...names: readonly string[]): string {
  return path.join(parts.folder?.path ?? "", ...names);
}

function flowpoint(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return run(args, {
    HANDLERS_DIR,
    DATA_DIR: inFolder("data"),
    KEYS_DIR: inFolder("keys"),
    ...env,
  });
}

describe("flowpoint", () => {
  it("prints its commands with --help, and succeeds", async () => {
    const { status, stdout } = await flowpoint(["--help"]);

    expect(status).toBe(0);
    for (const command of ["serve", "migrate", "seed", "keys", "flows", "token", "simulate"]) {
      expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, "m"));
    }
  });

  it.each([[["no-such-command"]], [["flows", "no-such-command"]], [["serve", "--no-such-option"]]])(
    "answers wrong usage %j with 2 and a hint",
    async (args) => {
      const { status, stdout, stderr } = await flowpoint(args);

      expect(status).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toContain("--help");
    },
  );

  it("reports every invalid setting on a line of its own, without values", async () => {
    const { status, stderr } = await flowpoint(["serve"], {
      PORT: "http",
      LOG_LEVEL: "loud",
      FLOW_TOKEN_SECRET: "too-short-to-keep",
    });

    expect(status).toBe(1);
    expect(
      stderr
        .trim()
        .split("\n")
        .map((line) => line.slice(0, line.indexOf(":")))
        .toSorted(),
    ).toEqual(["FLOW_TOKEN_SECRET", "LOG_LEVEL", "PORT"]);
    expect(stderr).not.toContain("too-short-to-keep");
  });

  it.each(["migrate", "seed", "serve"])(
    "tells %s's user in one line that the database is not there",
    async (command) => {
      const { status, stderr } = await flowpoint([command], {
        DATABASE_URL: NO_DATABASE,
      });

      expect(status).toBe(1);
      expect(stderr).toMatch(/^DATABASE_URL: nothing listens .+; start the database, .+\n$/);
      expect(stderr).not.toContain("password");
    },
  );

  it("tells seed's user which flow's data could not be put in, and where its tables come from", async () => {
    const handlers = inFolder("seeding");
    await cp(FIXTURE_FLOWS, handlers, { recursive: true });
    await writeFile(
      path.join(handlers, "drill/seed.ts"),
      `export default (trx) => trx.insertInto("plates").values({ size: 1 }).execute();\n`,
    );
    const environment = { HANDLERS_DIR: handlers, DATA_DIR: inFolder("seeding-data") };
    await flowpoint(["migrate"], environment);

    const { status, stderr } = await flowpoint(["seed"], environment);

    expect(status).toBe(1);
    expect(stderr).toBe(
      'drill/seed.ts failed: relation "drill.plates" does not exist; ' +
        "tables are made by the flow's migrations\n",
    );
  });

  it("ends when the start fails, though a handler's timers go on", async () => {
    const handlers = inFolder("ticking");
    await cp(FIXTURE_FLOWS, handlers, { recursive: true });
    const file = path.join(handlers, "drill/handler.ts");
    await writeFile(file, `setInterval(() => {}, 1_000);\n${await readFile(file, "utf8")}`);

    const { status, stderr } = await flowpoint(["serve"], {
      ...SPAWNED_SECRETS,
      HANDLERS_DIR: handlers,
      DATABASE_URL: NO_DATABASE,
    });

    expect(status).toBe(1);
    expect(stderr).toMatch(/^DATABASE_URL: /);
  });

  it("says nothing when nobody reads its output to the end", async () => {
    const command = start(["flows", "list"], { HANDLERS_DIR, DATA_DIR: inFolder("data") }, [
      "bash",
      "-c",
      'set -o pipefail; "$0" "$@" | true',
    ]);

    const { status } = await command.exited;

    expect({ status, ...command.output() }).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  it("fails in one line when its output cannot be kept", async () => {
    const command = start(["flows", "list"], { HANDLERS_DIR, DATA_DIR: inFolder("data") }, [
      "bash",
      "-c",
      '"$0" "$@" > /dev/full',
    ]);

    const { status } = await command.exited;

    expect(status).toBe(1);
    expect(command.output().stderr).toMatch(/^the output could not be written: ENOSPC.+\n$/);
  });
});

async function writeTorn(handlers: string): Promise<void> {
  await mkdir(path.join(handlers, "torn"), { recursive: true });
  await writeFile(
    path.join(handlers, "torn/flow.json"),
    '{\n  "version": "7.3",\n  "screens": [}\n',
  );
}

describe("keys", () => {
  it("generates a pair that only its owner can read, and inspects it", async () => {
    const made = await flowpoint(["keys", "generate", "--name", "first", "--json"]);
    const inspected = await flowpoint(["keys", "inspect", "--json"]);

    const { fingerprint, privateKey } = JSON.parse(made.stdout) as Record<string, string>;
    expect(JSON.parse(inspected.stdout)).toEqual([
      { name: privateKey, fingerprint, bits: 2048, format: "pkcs8" },
    ]);
    expect((await stat(inFolder("keys/first.pem"))).mode & 0o777).toBe(0o600);
    expect(await readFile(inFolder("keys/first.public.pem"), "utf8")).toContain("BEGIN PUBLIC KEY");
  });

  it("encrypts with the passphrase of the environment, and needs it to read", async () => {
    const env = { WHATSAPP_PRIVATE_KEY_PASSPHRASE: "correct horse", KEYS_DIR: inFolder("locked") };
    await flowpoint(["keys", "generate", "--name", "locked"], env);
    const file = inFolder("locked/locked.pem");

    const withPassphrase = await flowpoint(["keys", "inspect", file], env);
    const without = await flowpoint(["keys", "inspect", file]);

    expect(withPassphrase.stdout).toContain("pkcs8-encrypted");
    expect(without.status).toBe(1);
    expect(without.stderr).toContain("WHATSAPP_PRIVATE_KEY_PASSPHRASE");
  });

  it("inspects public keys, to be compared with their private ones", async () => {
    const made = await flowpoint(["keys", "generate", "--name", "public", "--json"]);
    const { fingerprint, publicKey = "" } = JSON.parse(made.stdout) as Record<string, string>;
    const pkcs1 = inFolder("pkcs1.pem");
    const pem = await readFile(publicKey);
    await writeFile(pkcs1, createPublicKey(pem).export({ type: "pkcs1", format: "pem" }));

    const { stdout } = await flowpoint(["keys", "inspect", publicKey, pkcs1, "--json"]);

    expect(JSON.parse(stdout)).toEqual([
      { name: publicKey, fingerprint, bits: 2048, format: "spki" },
      { name: pkcs1, fingerprint, bits: 2048, format: "pkcs1-public" },
    ]);
  });

  it("refuses to inspect a public key that is damaged", async () => {
    const damaged = inFolder("damaged.pem");
    await writeFile(damaged, "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n");

    const { status, stderr } = await flowpoint(["keys", "inspect", damaged]);

    expect(status).toBe(1);
    expect(stderr).toBe(`${damaged} is damaged; copy it again\n`);
  });

  it("does not overwrite a key", async () => {
    await flowpoint(["keys", "generate", "--name", "kept"]);
    const before = await readFile(inFolder("keys/kept.pem"), "utf8");

    const again = await flowpoint(["keys", "generate", "--name", "kept"]);

    expect(again.status).toBe(1);
    expect(again.stderr).toContain("choose another --name");
    expect(await readFile(inFolder("keys/kept.pem"), "utf8")).toBe(before);
  });
});

describe("token", () => {
  it("mints what it verifies, claims included", async () => {
    const minted = await flowpoint(
      [
        "token",
        "mint",
        "--flow",
        "book-appointment",
        "--claims",
        '{"customer":7}',
        "--ttl",
        "60",
        "--json",
      ],
      SPAWNED_SECRETS,
    );
    const { token, expiresAt } = JSON.parse(minted.stdout) as Record<string, string>;

    const verified = await flowpoint(["token", "verify", token ?? "", "--json"], SPAWNED_SECRETS);

    expect(verified.status).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({
      flow: "book-appointment",
      claims: { customer: 7 },
      expiresAt,
      expired: false,
    });
  });

  it.each([
    { args: ["token", "verify", "not.a.token"], status: 1, says: "not a token" },
    { args: ["token", "mint", "--flow", "nowhere"], status: 1, says: "book-appointment" },
    { args: ["token", "mint"], status: 2, says: "--flow" },
    {
      args: ["token", "mint", "--flow", "book-appointment", "--ttl", "soon"],
      status: 2,
      says: "seconds",
    },
    {
      args: ["token", "mint", "--flow", "book-appointment", "--claims", "[]"],
      status: 2,
      says: "must be a JSON object",
    },
    {
      args: ["token", "mint", "--flow", "book-appointment", "--claims", LONG_CLAIMS],
      status: 1,
      says: /^the flow token would be over 512 characters; shorten its claims\n$/,
    },
  ])("answers $args with $status", async ({ args, status, says }) => {
    const finished = await flowpoint(args, SPAWNED_SECRETS);

    expect(finished.status).toBe(status);
    expect(finished.stderr).toMatch(says);
  });
});

describe("flows", () => {
  it("lists flows with their URLs and screens", async () => {
    const { stdout } = await flowpoint(["flows", "list", "--json"], {
      PUBLIC_URL: "https://example.com/",
    });

    expect(JSON.parse(stdout)).toContainEqual({
      flow: "book-appointment",
      url: "https://example.com/flows/book-appointment",
      screens: ["APPOINTMENT", "DETAILS", "SUMMARY", "BOOKED", "TERMS"],
      endpoint: true,
    });
  });

  it("finds a stale contract, and says how to renew it", async () => {
    const handlers = inFolder("handlers");
    await mkdir(path.join(handlers, "stale"), { recursive: true });
    const flowJson = await readFile(path.join(HANDLERS_DIR, "book-appointment/flow.json"));
    await writeFile(path.join(handlers, "stale/flow.json"), flowJson);
    const env = { HANDLERS_DIR: handlers };

    const before = await flowpoint(["flows", "generate", "--check"], env);
    const generated = await flowpoint(["flows", "generate", "stale"], env);
    const after = await flowpoint(["flows", "generate", "--check"], env);

    expect(before.status).toBe(1);
    expect(before.stderr).toContain("run: flowpoint flows generate stale");
    expect(generated.stdout.trim()).toBe(path.join(handlers, "stale/contract.gen.ts"));
    expect(after.status).toBe(0);
  });

  it("shows every error of a flow.json that no contract can be made of, and makes the others", async () => {
    const handlers = inFolder("faulty");
    const [good, faulty] = [path.join(handlers, "good"), path.join(handlers, "faulty")];
    for (const folder of [good, faulty]) await mkdir(folder, { recursive: true });
    await cp(path.join(HANDLERS_DIR, "nps-survey/flow.json"), path.join(good, "flow.json"));
    await writeFile(
      path.join(faulty, "flow.json"),
      '{ "version": "7.3", "screens": [\n{ "id": "A", "title": "A" },\n{ "id": "B", "title": "B" }] }',
    );

    const { status, stdout, stderr } = await flowpoint(["flows", "generate"], {
      HANDLERS_DIR: handlers,
    });

    expect(status).toBe(1);
    expect(stdout).toBe(`${path.join(good, "contract.gen.ts")}\n`);
    expect(stderr).toContain(`${path.join(faulty, "flow.json")}:2:1 error`);
    expect(stderr).toContain(`${path.join(faulty, "flow.json")}:3:1 error`);
    expect(stderr).not.toContain("warning");
  });

  it.each([
    ["simulate", "torn"],
    ["token", "mint", "--flow", "torn"],
  ])("says where a flow.json is broken: %s %s", async (...args) => {
    const handlers = inFolder("broken");
    await writeTorn(handlers);

    const { status, stderr } = await flowpoint(args, { HANDLERS_DIR: handlers });

    expect(status).toBe(1);
    expect(stderr).toMatch(/^\S+torn\/flow\.json:3:\d+ .+\n$/);
  });

  it("lists the flows that can be read, and says where the others are broken", async () => {
    const handlers = inFolder("half-broken");
    await cp(FIXTURE_FLOWS, handlers, { recursive: true });
    await writeTorn(handlers);

    const { status, stdout, stderr } = await flowpoint(["flows", "list", "--json"], {
      HANDLERS_DIR: handlers,
    });

    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([{ flow: "drill" }]);
    expect(stderr).toMatch(/^\S+torn\/flow\.json:3:\d+ .+\n$/);
  });
});

describe("commands beside a server that holds the embedded database", () => {
  const server: { shop?: Shop } = {};

  beforeAll(async () => {
    server.shop = await openShop();
  });

  afterAll(() => server.shop?.stop());

  it("migrate --status, migrate and seed go through its control socket", async () => {
    const status = await server.shop?.flowpoint("migrate", "--status", "--json");
    const migrated = await server.shop?.flowpoint("migrate", "--json");
    const seeded = await server.shop?.flowpoint("seed", "--json");

    expect(JSON.parse(status?.stdout ?? "")).toContainEqual(
      expect.objectContaining({ schema: "book-appointment", pending: [] }),
    );
    expect(JSON.parse(migrated?.stdout ?? "")).toEqual({ applied: [] });
    expect(JSON.parse(seeded?.stdout ?? "")).toEqual({
      seeded: ["book-appointment", "request-quote", "support-ticket"],
    });
  });

  it("a second server on the same data is refused with the way out", async () => {
    const second = await server.shop?.flowpoint("serve");

    expect(second?.status).toBe(1);
    expect(second?.stderr).toContain("give this one a DATA_DIR of its own");
  });
});
