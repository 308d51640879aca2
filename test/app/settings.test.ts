// The environment as settings: each one's default, what it takes and what it refuses; all problems at once, no values.

import path from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Secret } from "../../src/app/secret.ts";
import { parseSettings, type SettingName, SettingsError } from "../../src/app/settings.ts";

type Row = {
  readonly name: SettingName;
  readonly default: unknown;
  /** Texts that are taken, and what they mean. */
  readonly takes: readonly (readonly [string, unknown])[];
  /** Each has CANARY in it where its form allows, to be looked for in the error. */
  readonly refuses: readonly string[];
};

const LONG = "0123456789abcdef0123456789abcdef";
const whsec = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 7).toString("base64")}`;
const port = {
  takes: [
    ["0", 0],
    ["65535", 65_535],
  ],
  refuses: ["-1", "65536", "3000.5", "0x10", " 80", "CANARY"],
} as const;
const httpUrl = {
  takes: [
    ["https://example.com/x", "https://example.com/x"],
    ["http://127.0.0.1:1", "http://127.0.0.1:1"],
  ],
  refuses: ["CANARY", "ftp://CANARY", "//CANARY"],
} as const;
const anyText = { default: undefined, takes: [["text", "text"]], refuses: [] } as const;
const anySecret = { default: undefined, takes: [["s", "s"]], refuses: [] } as const;
const folder = (fallback: string) => ({
  default: path.resolve(fallback),
  takes: [
    ["some/where", path.resolve("some/where")],
    ["/abs", "/abs"],
  ] as const,
  refuses: [],
});

const ROWS: readonly Row[] = [
  {
    name: "NODE_ENV",
    default: undefined,
    takes: [
      ["development", "development"],
      ["test", "test"],
    ],
    refuses: ["Production", "staging", "CANARY"],
  },
  { name: "HOST", default: "127.0.0.1", takes: [["0.0.0.0", "0.0.0.0"]], refuses: [] },
  { name: "PORT", default: 3000, ...port },
  { name: "ADMIN_HOST", default: "127.0.0.1", takes: [["::1", "::1"]], refuses: [] },
  { name: "ADMIN_PORT", default: 3001, ...port },
  {
    name: "ADMIN_TOKEN",
    default: undefined,
    takes: [[LONG, LONG]],
    refuses: ["CANARY", LONG.slice(1)],
  },
  {
    name: "DATABASE_URL",
    default: undefined,
    takes: [
      ["postgres://u:p@h/d", "postgres://u:p@h/d"],
      ["postgresql://h/d", "postgresql://h/d"],
    ],
    refuses: ["CANARY", "mysql://u:CANARY@h/d"],
  },
  { name: "DATABASE_POOL_MAX", default: 10, takes: [["1", 1]], refuses: ["0", "-1", "CANARY"] },
  { name: "DATA_DIR", ...folder(".flowpoint") },
  {
    name: "REDIS_URL",
    default: undefined,
    takes: [
      ["redis://h", "redis://h"],
      ["rediss://:p@h:1/2", "rediss://:p@h:1/2"],
    ],
    refuses: ["CANARY", "http://CANARY"],
  },
  { name: "HANDLERS_DIR", ...folder("handlers") },
  {
    name: "WHATSAPP_APP_SECRET",
    default: undefined,
    takes: [
      ["one", ["one"]],
      ["one, two", ["one", "two"]],
    ],
    refuses: ["CANARY,", ",", "CANARY,,CANARY"],
  },
  { name: "WHATSAPP_VERIFY_TOKEN", ...anySecret },
  { name: "WHATSAPP_PRIVATE_KEY", ...anySecret },
  { name: "WHATSAPP_PRIVATE_KEY_PASSPHRASE", ...anySecret },
  { name: "WHATSAPP_PRIVATE_KEY_COMMAND", ...anyText },
  { name: "KEYS_DIR", ...folder("keys") },
  {
    name: "FLOW_TOKEN_SECRET",
    default: undefined,
    takes: [
      [LONG, [LONG]],
      [`${LONG},${LONG}x`, [LONG, `${LONG}x`]],
    ],
    refuses: ["CANARY", `${LONG},CANARY`, `${LONG},`],
  },
  {
    name: "FLOW_TOKEN_POLICY",
    default: "signed",
    takes: [
      ["signed", "signed"],
      ["any", "any"],
    ],
    refuses: ["none", "Any", "CANARY"],
  },
  {
    name: "EXCHANGE_DEADLINE_MS",
    default: 3000,
    takes: [
      ["1", 1],
      ["9000", 9000],
    ],
    refuses: ["0", "9001", "3s", "CANARY"],
  },
  {
    name: "RATE_LIMIT_PER_SECOND",
    default: 200,
    takes: [["1", 1]],
    refuses: ["0", "-1", "CANARY"],
  },
  { name: "FORWARD_URL", default: undefined, ...httpUrl },
  {
    name: "FORWARD_SECRET",
    default: undefined,
    takes: [
      [whsec(24), whsec(24)],
      [whsec(64), whsec(64)],
    ],
    refuses: [
      "CANARY",
      whsec(23),
      whsec(65),
      whsec(32).slice("whsec_".length),
      "whsec_",
      `whsec_CANARY ${"is no base64 at all, ".repeat(2)}`,
    ],
  },
  { name: "RETENTION_DAYS", default: 90, takes: [["1", 1]], refuses: ["0", "-1", "CANARY"] },
  {
    name: "MEDIA_DIR",
    default: path.resolve(".flowpoint/media"),
    takes: [["/media", "/media"]],
    refuses: [],
  },
  {
    name: "SHUTDOWN_DELAY_MS",
    default: 0,
    takes: [
      ["0", 0],
      ["60000", 60_000],
    ],
    refuses: ["-1", "CANARY"],
  },
  { name: "SHUTDOWN_GRACE_MS", default: 25_000, takes: [["1", 1]], refuses: ["-1", "CANARY"] },
  { name: "WHATSAPP_ACCESS_TOKEN", ...anySecret },
  { name: "WHATSAPP_WABA_ID", ...anyText },
  { name: "WHATSAPP_PHONE_NUMBER_ID", ...anyText },
  { name: "WHATSAPP_APP_ID", ...anyText },
  { name: "GRAPH_API_URL", default: "https://graph.facebook.com", ...httpUrl },
  {
    name: "GRAPH_API_VERSION",
    default: "v25.0",
    takes: [["v26.0", "v26.0"]],
    refuses: ["25.0", "v25", "CANARY"],
  },
  { name: "PUBLIC_URL", default: undefined, ...httpUrl },
  { name: "TLS_CERT", ...anyText },
  { name: "TLS_KEY", ...anyText },
  { name: "OTEL_EXPORTER_OTLP_ENDPOINT", default: undefined, ...httpUrl },
  {
    name: "LOG_LEVEL",
    default: "info",
    takes: ["fatal", "error", "warn", "info", "debug", "trace", "silent"].map((level) => [
      level,
      level,
    ]),
    refuses: ["loud", "INFO", "CANARY"],
  },
];

/** Settings that are only valid beside another. */
const COMPANIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  TLS_CERT: { TLS_KEY: "key.pem" },
  TLS_KEY: { TLS_CERT: "cert.pem" },
  FORWARD_URL: { FORWARD_SECRET: whsec(32) },
};

const PRODUCTION = {
  NODE_ENV: "production",
  DATABASE_URL: "postgres://h/d",
  WHATSAPP_APP_SECRET: "app secret",
  WHATSAPP_VERIFY_TOKEN: "verify token",
  FLOW_TOKEN_SECRET: LONG,
  WHATSAPP_PRIVATE_KEY: "PEM",
};

function revealed(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal();
  return Array.isArray(value) ? value.map(revealed) : value;
}

function problemsOf(...given: Parameters<typeof parseSettings>): SettingsError["problems"] {
  try {
    parseSettings(...given);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe.each(ROWS)("$name", ({ name, takes, ...row }) => {
  it("has its default, also where it is empty", () => {
    expect(revealed(parseSettings({})[name])).toEqual(row.default);
    expect(revealed(parseSettings({ [name]: "" })[name])).toEqual(row.default);
  });

  it.each(takes)("takes %j", (text, meaning) => {
    const settings = parseSettings({ ...COMPANIONS[name], [name]: text });

    expect(revealed(settings[name])).toEqual(meaning);
  });

  it("is no handler's business", () => {
    const [text = ""] = takes[0] ?? [];

    expect(parseSettings({ ...COMPANIONS[name], [name]: text, OWN: "1" }).handlerEnv).toEqual({
      OWN: "1",
    });
  });
});

describe("a value that a setting does not take", () => {
  const refused = ROWS.flatMap(({ name, refuses }) => refuses.map((text) => ({ name, text })));

  it.each(refused)("is refused by the setting's name alone: $name=$text", ({ name, text }) => {
    const problems = problemsOf({ ...COMPANIONS[name], [name]: text });

    expect(problems.map((problem) => problem.name)).toEqual([name]);
    expect(problems[0]?.rule).toMatch(/^must /);
    expect(JSON.stringify(problems)).not.toContain("CANARY");
  });
});

describe("the environment as a whole", () => {
  it("is checked to its end: every problem is told, one line each", () => {
    const env = { PORT: "x", LOG_LEVEL: "loud", EXCHANGE_DEADLINE_MS: "0", TLS_KEY: "k" };

    expect(() => parseSettings(env)).toThrow(
      /^PORT: .+\nEXCHANGE_DEADLINE_MS: .+\nLOG_LEVEL: .+\nTLS_CERT: .+TLS_KEY.+$/,
    );
  });

  it.each([
    { given: { TLS_CERT: "c" }, missing: "TLS_KEY" },
    { given: { TLS_KEY: "k" }, missing: "TLS_CERT" },
    { given: { FORWARD_URL: "https://example.com" }, missing: "FORWARD_SECRET" },
  ])("asks for $missing beside its other half", ({ given, missing }) => {
    expect(problemsOf(given).map(({ name }) => name)).toEqual([missing]);
  });

  it("needs nothing at all in development", () => {
    expect(parseSettings({}).profile).toBe("development");
    expect(parseSettings({ NODE_ENV: "test" }).profile).toBe("development");
  });

  it("needs every secret and a database in production, each with its remedy", () => {
    const problems = problemsOf({ NODE_ENV: "production" });

    expect(problems.map(({ name }) => name)).toEqual([
      "DATABASE_URL",
      "WHATSAPP_APP_SECRET",
      "WHATSAPP_VERIFY_TOKEN",
      "FLOW_TOKEN_SECRET",
      "WHATSAPP_PRIVATE_KEY",
    ]);
    for (const { rule } of problems) expect(rule).toMatch(/^must be set in production: .{10,}/);
  });

  it("is enough for production with those", () => {
    expect(parseSettings(PRODUCTION).profile).toBe("production");
  });

  it("takes an empty secret for a missing one", () => {
    expect(problemsOf({ ...PRODUCTION, WHATSAPP_APP_SECRET: "" }).map(({ name }) => name)).toEqual([
      "WHATSAPP_APP_SECRET",
    ]);
  });

  it.each([
    ["a command that prints it", { WHATSAPP_PRIVATE_KEY_COMMAND: "cat key.pem" }, {}],
    ["a key file", {}, { hasKeyFiles: true }],
  ])("needs no private key in the environment in production beside %s", (_what, env, options) => {
    const settings = parseSettings({ ...PRODUCTION, WHATSAPP_PRIVATE_KEY: "", ...env }, options);

    expect(settings.profile).toBe("production");
  });

  it.each([
    ["database", ["DATABASE_URL"]],
    ["tokens", ["FLOW_TOKEN_SECRET"]],
    ["files", []],
  ] as const)("needs no more in production than a command for %s does", (purpose, names) => {
    expect(problemsOf({ NODE_ENV: "production" }, { purpose }).map(({ name }) => name)).toEqual(
      names,
    );
  });

  it("waits five seconds before it closes in production, unless told otherwise", () => {
    expect(parseSettings(PRODUCTION).SHUTDOWN_DELAY_MS).toBe(5_000);
    expect(parseSettings({ ...PRODUCTION, SHUTDOWN_DELAY_MS: "0" }).SHUTDOWN_DELAY_MS).toBe(0);
  });

  it("keeps media beside the other data", () => {
    expect(parseSettings({ DATA_DIR: "/data" }).MEDIA_DIR).toBe("/data/media");
  });
});

describe("a secret setting", () => {
  const settings = parseSettings({ ...PRODUCTION, WHATSAPP_APP_SECRET: "CANARY,CANARY2" });

  it.each([
    ["JSON", JSON.stringify],
    ["inspection", (value: unknown) => inspect(value, { depth: 9, showHidden: true })],
    ["text", (value: unknown) => String((value as typeof settings).WHATSAPP_APP_SECRET)],
  ])("does not show in %s", (_how, print) => {
    expect(print(settings)).toContain("[secret]");
    expect(print(settings)).not.toContain("CANARY");
    expect(print(settings)).not.toContain(LONG);
  });
});
