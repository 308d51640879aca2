// The doctor on what is on this machine: settings, keys, handlers, database, and the server itself.

import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { chmod, cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import { once } from "node:events";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase } from "../helpers/database.ts";
import {
  type Environment,
  FIXTURE_FLOWS,
  makeTemporaryFolder,
  run,
  serverEnvironment,
  SPAWNED_SECRETS,
  type SpawnedServer,
  spawnServer,
} from "../helpers/spawn-server.ts";
import { requirePart } from "../parts/require-part.ts";
import { examine } from "./diagnoses.ts";
import { makeCertificate } from "./make-certificate.ts";

/** Where nothing listens. */
const NOBODY = "http://127.0.0.1:9";
const PASSPHRASE = "passphrase-of-the-tests";

const parts: { folder?: Awaited<ReturnType<typeof makeTemporaryFolder>> } = {};

beforeAll(async () => {
  parts.folder = await makeTemporaryFolder();
});

afterAll(() => parts.folder?.remove());

function inFolder(...names: readonly string[]): string {
  return path.join(parts.folder?.path ?? "", ...names);
}

/** Settings of a server that was never started. */
function environment(extra: Environment = {}): Environment {
  return serverEnvironment(inFolder("never-started"), extra);
}

/** The fixture flow as it is, to be changed. */
async function copyFlows(name: string): Promise<string> {
  const folder = inFolder(name);
  await cp(FIXTURE_FLOWS, folder, { recursive: true });
  return folder;
}

async function writeKeys(name: string, text: string): Promise<Environment> {
  const folder = inFolder(name);
  await mkdir(folder);
  await writeFile(path.join(folder, "mine.pem"), text, { mode: 0o600 });
  return environment({ KEYS_DIR: folder, WHATSAPP_PRIVATE_KEY: "" });
}

function privateKeyPem(passphrase?: string): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey
    .export({
      type: "pkcs8",
      format: "pem",
      ...(passphrase === undefined ? {} : { cipher: "aes-256-cbc", passphrase }),
    })
    .toString();
}

describe("doctor, with a development server", () => {
  const running: { server?: SpawnedServer } = {};

  beforeAll(async () => {
    running.server = await spawnServer(inFolder("data"));
  });

  afterAll(() => running.server?.stop());

  const url = (): string => running.server?.url ?? NOBODY;

  it("finds nothing wrong, and skips what there is no account for", async () => {
    const env = serverEnvironment(inFolder("data"));

    const { failed, all, of } = await examine(env, "--url", url());

    expect(failed).toEqual([]);
    for (const check of ["settings", "keys", "handlers", "database", "migrations", "ping"]) {
      expect(of(check)).toMatchObject({ state: "ok" });
    }
    const noAccount = all.filter(({ check }) => check.startsWith("meta-"));
    expect(noAccount).toHaveLength(3);
    for (const { state, remedy } of noAccount) {
      expect({ state, remedy }).toEqual({
        state: "skipped",
        remedy: "set WHATSAPP_ACCESS_TOKEN and WHATSAPP_WABA_ID",
      });
    }
  });

  it("takes the address of one flow, and PUBLIC_URL, as well", async () => {
    const flow = await examine(environment(), "--url", `${url()}/flows/drill`);
    const setting = await examine(environment({ PUBLIC_URL: `${url()}/` }));
    const unknown = await examine(environment(), "--url", `${url()}/flows/nowhere`);

    expect(flow.of("ping")).toMatchObject({ state: "ok" });
    expect(flow.of("webhook")).toMatchObject({ state: "skipped" });
    expect(setting.of("ping")).toMatchObject({ state: "ok" });
    expect(unknown.failed).toEqual(["path"]);
  });

  it("names a flow that is here and not at the server", async () => {
    const handlers = await copyFlows("one-more");
    await cp(path.join(handlers, "drill"), path.join(handlers, "newer"), { recursive: true });
    expect(await run(["flows", "generate", "newer"], { HANDLERS_DIR: handlers })).toMatchObject({
      status: 0,
    });

    const { failed, of } = await examine(environment({ HANDLERS_DIR: handlers }), "--url", url());

    expect(failed).toEqual(["other-flows"]);
    expect(of("other-flows")?.detail).toContain("newer: 404");
  });

  it("tells another app secret, the second of two included, from another private key", async () => {
    const [good = ""] = SPAWNED_SECRETS.WHATSAPP_APP_SECRET.split(",");
    const wrongSecret = await examine(
      environment({ WHATSAPP_APP_SECRET: "secret-of-nobody" }),
      "--url",
      url(),
    );
    const wrongSecond = await examine(
      environment({ WHATSAPP_APP_SECRET: `${good},secret-of-nobody` }),
      "--url",
      url(),
    );
    const wrongKey = await examine(
      environment({ WHATSAPP_PRIVATE_KEY: privateKeyPem() }),
      "--url",
      url(),
    );

    expect(wrongSecret.failed).toEqual(["app-secret"]);
    expect(wrongSecond.failed).toEqual(["app-secret"]);
    expect(wrongKey.failed).toEqual(["server-key"]);
    expect(wrongSecret.text).not.toContain("secret-of-nobody");
  });

  it("tells another verify token", async () => {
    const { failed, text } = await examine(
      environment({ WHATSAPP_VERIFY_TOKEN: "verify-token-of-nobody" }),
      "--url",
      url(),
    );

    expect(failed).toEqual(["webhook"]);
    expect(text).not.toContain("verify-token-of-nobody");
  });

  it("prints one line per check, aligned, with the remedy below a failure", async () => {
    const { status, stdout, stderr } = await run(
      ["doctor", "--url", NOBODY],
      serverEnvironment(inFolder("data")),
    );

    const lines = stdout.trimEnd().split("\n");
    const at = lines.findIndex((line) => line.startsWith("fail "));
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(lines[at]).toMatch(/^fail {5}connection {7}nothing listens there$/);
    expect(lines[at + 1]).toMatch(/^ {26}→ start the proxy/);
    const checks = lines.filter((line) => !line.includes("→"));
    for (const line of checks) expect(line).toMatch(/^(ok|warn|fail|skipped) +[a-z-]+ {2,}\S/);
    expect(new Set(checks.map((line) => line.slice(24, 27).search(/\S/)))).toEqual(new Set([2]));
    // No terminal reads this.
    expect(stdout).not.toContain("\u001B");
  });
});

describe("doctor, on settings and keys", () => {
  it("reports every invalid setting by name, skips the rest, and shows no value", async () => {
    const { all, failed, text } = await examine(
      environment({ PORT: "eighty", FLOW_TOKEN_SECRET: "too-short-to-keep" }),
    );

    expect(failed).toEqual(["settings", "settings"]);
    expect(all.filter(({ check }) => check !== "settings").map(({ state }) => state)).toEqual(
      all.filter(({ check }) => check !== "settings").map(() => "skipped"),
    );
    expect(text).toContain("PORT: ");
    expect(text).toContain("FLOW_TOKEN_SECRET: ");
    expect(text).not.toContain("too-short-to-keep");
    expect(text).not.toContain("eighty");
  });

  it("reports a certificate that is not there", async () => {
    const { failed, text } = await examine(
      environment({ TLS_CERT: inFolder("no.pem"), TLS_KEY: inFolder("no.pem") }),
    );

    expect(failed).toEqual(["settings"]);
    expect(text).toContain("TLS_CERT");
  });

  it("names a damaged key file, a wrong passphrase and a missing one", async () => {
    const damaged = await examine(await writeKeys("damaged", privateKeyPem().slice(0, 400)));
    const encrypted = await writeKeys("encrypted", privateKeyPem(PASSPHRASE));
    const missing = await examine(encrypted);
    const wrong = await examine({ ...encrypted, WHATSAPP_PRIVATE_KEY_PASSPHRASE: "not-that" });
    const right = await examine({ ...encrypted, WHATSAPP_PRIVATE_KEY_PASSPHRASE: PASSPHRASE });

    for (const { failed, of } of [damaged, missing, wrong]) {
      expect(failed).toEqual(["keys"]);
      expect(`${of("keys")?.detail} ${of("keys")?.remedy}`).toContain("mine.pem");
    }
    expect(missing.of("keys")?.remedy).toContain("WHATSAPP_PRIVATE_KEY_PASSPHRASE");
    expect(wrong.text).not.toContain("not-that");
    expect(right.failed).toEqual([]);
  });

  it("warns of a private key that everybody can read, and of no public one", async () => {
    const env = await writeKeys("exposed", privateKeyPem());
    const folder = env["KEYS_DIR"] ?? "";
    await chmod(path.join(folder, "mine.pem"), 0o644);
    const publicKey = createPublicKey(await readFile(path.join(folder, "mine.pem")));
    const publicPem = publicKey.export({ type: "spki", format: "pem" });
    await writeFile(path.join(folder, "public.pem"), publicPem, { mode: 0o644 });

    const { all } = await examine(env);

    const warnings = all.filter(({ state }) => state === "warn");
    expect(warnings).toMatchObject([{ check: "keys" }]);
    expect(warnings[0]?.detail).toContain("mine.pem");
  });
});

describe("doctor, on handlers", () => {
  it("names a stale contract, and writes none", async () => {
    const handlers = await copyFlows("stale");
    const flowJson = path.join(handlers, "drill", "flow.json");
    const contract = path.join(handlers, "drill", "contract.gen.ts");
    await writeFile(flowJson, `${await readFile(flowJson, "utf8")}\n`);
    const before = await readFile(contract, "utf8");

    const { failed, of } = await examine(environment({ HANDLERS_DIR: handlers }));

    expect(failed).toEqual(["handlers"]);
    expect(of("handlers")?.remedy).toBe("run: flowpoint flows generate drill");
    expect(await readFile(contract, "utf8")).toBe(before);
  });

  it("names a handler that does not load, and a flow.json with errors", async () => {
    const handlers = await copyFlows("broken");
    await writeFile(path.join(handlers, "drill", "handler.ts"), "throw new Error('no such luck');");
    await mkdir(path.join(handlers, "second"));
    await writeFile(path.join(handlers, "second", "flow.json"), '{ "version": "7.3" }');

    const { failed, all } = await examine(environment({ HANDLERS_DIR: handlers }));

    expect(new Set(failed)).toEqual(new Set(["handlers", "flow-json"]));
    const details = all.map(({ detail }) => detail).join("\n");
    expect(details).toContain("no such luck");
    expect(details).toMatch(/^second: [1-9]\d* errors/m);
  });

  it("names a HANDLERS_DIR that is not there, and warns of an empty one", async () => {
    const nowhere = await examine(environment({ HANDLERS_DIR: inFolder("nowhere") }));
    await mkdir(inFolder("empty"));
    const empty = await examine(environment({ HANDLERS_DIR: inFolder("empty") }));

    expect(nowhere.failed).toEqual(["handlers"]);
    expect(empty.of("handlers")).toMatchObject({ state: "warn" });
  });
});

describe("doctor, on databases", () => {
  it("names one that does not answer, without its password", async () => {
    const { failed, of, text } = await examine(
      environment({ DATABASE_URL: "postgres://user:password-of-it@127.0.0.1:9/shop" }),
    );

    expect(failed).toEqual(["database"]);
    expect(of("database")?.detail).toContain("DATABASE_URL");
    expect(of("migrations")).toMatchObject({ state: "skipped", detail: "see database" });
    expect(text).not.toContain("password-of-it");
  });

  it("makes no embedded database where there is none", async () => {
    const { of } = await examine(environment());

    expect(of("database")).toMatchObject({ state: "skipped" });
  });

  it("warns of a Redis that does not answer", async () => {
    const { of } = await examine(environment({ REDIS_URL: "redis://127.0.0.1:9" }));

    expect(of("redis")).toMatchObject({ state: "warn" });
  });
});

requirePart("postgres")("doctor, on Postgres", () => {
  it("names pending migrations, and is content when they are applied", async () => {
    const url = await createDatabase();
    const env = environment({ DATABASE_URL: url });

    const before = await examine(env);
    expect(await run(["migrate"], env)).toMatchObject({ status: 0 });
    const after = await examine(env);

    expect(before.failed).toEqual(["migrations"]);
    expect(before.of("migrations")?.remedy).toBe("run: flowpoint migrate");
    expect(after.failed).toEqual([]);
    expect(after.of("handlers-start")).toMatchObject({ state: "ok" });
  });

  it("warns of one that may lose what it has committed", async () => {
    const url = await createDatabase();
    const careless = `${url}${url.includes("?") ? "&" : "?"}options=-c%20synchronous_commit%3Doff`;

    const { of } = await examine(environment({ DATABASE_URL: careless }));

    expect(of("durability")).toMatchObject({
      state: "warn",
      remedy: expect.stringContaining("synchronous_commit = on") as unknown,
    });
  });
});

describe("doctor, on TLS", () => {
  it("tells a certificate that signs itself, and a server without TLS, from other faults", async () => {
    const { certificate, key } = makeCertificate("localhost");
    const server = createServer({ cert: certificate, key }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    try {
      const own = await examine(environment(), "--url", `https://127.0.0.1:${port}`);
      const plain = await examine(environment(), "--url", `http://127.0.0.1:${port}`);

      expect(own.failed).toEqual(["tls"]);
      expect(own.of("tls")?.detail).toContain("signed by itself");
      expect(plain.failed).toEqual(["connection"]);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});
