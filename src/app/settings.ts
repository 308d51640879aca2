// Every setting: name, rule, default. `parseSettings` is pure and reports all problems at once.

import path from "node:path";
import { z } from "zod";
import { Secret } from "./secret.ts";

/** Names that belong to the server; handlers see the environment without them. */
export type SettingName = keyof typeof RULES;

/** What is wrong with one setting. Never holds its value. */
export type SettingProblem = {
  readonly name: string;
  readonly rule: string;
};

export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly problems: readonly SettingProblem[];
  constructor(problems: readonly SettingProblem[]) {
    super(problems.map(({ name, rule }) => `${name}: ${rule}`).join("\n"));
    this.problems = problems;
  }
}

export type Settings = Readonly<z.output<typeof SCHEMA>> & {
  readonly profile: "production" | "development";
  readonly MEDIA_DIR: string;
  readonly SHUTDOWN_DELAY_MS: number;
  /** The environment without the server's own settings. */
  readonly handlerEnv: Readonly<Record<string, string | undefined>>;
};

function integer(min: number, max: number) {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d+$/, rule)
    .transform(Number)
    .pipe(z.number().min(min, rule).max(max, rule));
}

const text = z.string();

const secret = (minLength = 1) =>
  z
    .string()
    .min(minLength, `must have at least ${minLength} characters`)
    .transform((value) => new Secret(value));

const secrets = (minLength = 1) =>
  z
    .string()
    .transform((list) => list.split(",").map((value) => value.trim()))
    .refine(
      (list) => list.every((value) => value.length >= minLength),
      `must be a comma-separated list of values with at least ${minLength} characters each`,
    )
    .transform((list) => list.map((value) => new Secret(value)));

const url = (protocols: readonly string[]) =>
  z.string().refine(
    (value) => {
      const parsed = URL.parse(value);
      return parsed !== null && protocols.includes(parsed.protocol);
    },
    `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}`,
  );

const folder = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((dir) => path.resolve(dir));

const forwardSecret = z
  .string()
  .refine((value) => {
    const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(value)?.[1] ?? "";
    const bytes = Buffer.from(base64, "base64").length;
    return bytes >= 24 && bytes <= 64;
  }, "must be whsec_ and base64 of 24 to 64 bytes; make one with: echo whsec_$(openssl rand -base64 32)")
  .transform((value) => new Secret(value));

const RULES = {
  NODE_ENV: z
    .enum(["production", "development", "test"], "must be production, development or test")
    .optional(),
  HOST: text.default("127.0.0.1"),
  PORT: integer(0, 65_535).default(3000),
  ADMIN_HOST: text.default("127.0.0.1"),
  ADMIN_PORT: integer(0, 65_535).default(3001),
  ADMIN_TOKEN: secret(32).optional(),
  DATABASE_URL: url(["postgres:", "postgresql:"])
    .transform((value) => new Secret(value))
    .optional(),
  DATABASE_POOL_MAX: integer(1, 1_000).default(10),
  DATA_DIR: folder(".flowpoint"),
  REDIS_URL: url(["redis:", "rediss:"])
    .transform((value) => new Secret(value))
    .optional(),
  HANDLERS_DIR: folder("handlers"),
  WHATSAPP_APP_SECRET: secrets().optional(),
  WHATSAPP_VERIFY_TOKEN: secret().optional(),
  WHATSAPP_PRIVATE_KEY: secret().optional(),
  WHATSAPP_PRIVATE_KEY_PASSPHRASE: secret().optional(),
  WHATSAPP_PRIVATE_KEY_COMMAND: text.optional(),
  KEYS_DIR: folder("keys"),
  FLOW_TOKEN_SECRET: secrets(32).optional(),
  FLOW_TOKEN_POLICY: z.enum(["signed", "any"], "must be signed or any").default("signed"),
  EXCHANGE_DEADLINE_MS: integer(1, 9_000).default(3_000),
  RATE_LIMIT_PER_SECOND: integer(1, 1_000_000).default(200),
  FORWARD_URL: url(["https:", "http:"]).optional(),
  FORWARD_SECRET: forwardSecret.optional(),
  RETENTION_DAYS: integer(1, 36_500).default(90),
  MEDIA_DIR: text.optional(),
  SHUTDOWN_DELAY_MS: integer(0, 600_000).optional(),
  SHUTDOWN_GRACE_MS: integer(0, 600_000).default(25_000),
  WHATSAPP_ACCESS_TOKEN: secret().optional(),
  WHATSAPP_WABA_ID: text.optional(),
  WHATSAPP_PHONE_NUMBER_ID: text.optional(),
  WHATSAPP_APP_ID: text.optional(),
  GRAPH_API_URL: url(["https:", "http:"]).default("https://graph.facebook.com"),
  GRAPH_API_VERSION: z
    .string()
    .regex(/^v\d+\.\d+$/, "must look like v25.0")
    .default("v25.0"),
  PUBLIC_URL: url(["https:", "http:"]).optional(),
  TLS_CERT: text.optional(),
  TLS_KEY: text.optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(["https:", "http:"]).optional(),
  LOG_LEVEL: z
    .enum(
      ["fatal", "error", "warn", "info", "debug", "trace", "silent"],
      "must be fatal, error, warn, info, debug, trace or silent",
    )
    .default("info"),
};

const SCHEMA = z.object(RULES);

export const SETTING_NAMES: readonly string[] = Object.keys(RULES);

/** Long enough for a balancer to notice; nobody waits for one in development. */
const SHUTDOWN_DELAY_MS = { production: 5_000, development: 0 } as const;

/** In production nothing is made up: what development generates must be given. */
const REQUIRED_IN_PRODUCTION = {
  DATABASE_URL: "postgres://…; the embedded database does not survive a power cut",
  WHATSAPP_APP_SECRET: "the app secret from the Meta app dashboard, App settings, Basic",
  WHATSAPP_VERIFY_TOKEN: "a text of your choice, the same as in the dashboard's webhook settings",
  FLOW_TOKEN_SECRET: "at least 32 random characters, for example from: openssl rand -base64 32",
  WHATSAPP_PRIVATE_KEY:
    "or WHATSAPP_PRIVATE_KEY_COMMAND, or a key file in KEYS_DIR; make one with: flowpoint keys generate",
} as const satisfies Partial<Record<SettingName, string>>;

/** What settings are read for, and what that needs in production. */
const NEEDS = {
  server: [
    "DATABASE_URL",
    "WHATSAPP_APP_SECRET",
    "WHATSAPP_VERIFY_TOKEN",
    "FLOW_TOKEN_SECRET",
    "WHATSAPP_PRIVATE_KEY",
  ],
  database: ["DATABASE_URL"],
  tokens: ["FLOW_TOKEN_SECRET"],
  sending: ["DATABASE_URL", "FLOW_TOKEN_SECRET"],
  files: [],
} as const satisfies Record<string, readonly (keyof typeof REQUIRED_IN_PRODUCTION)[]>;

export type Purpose = keyof typeof NEEDS;

/**
 * Reads the environment. An empty variable counts as not set.
 *
 * @param options.hasKeyFiles  whether a folder holds private keys, which are then none of the environment's concern
 * @throws SettingsError with every problem found
 */
export function parseSettings(
  env: Readonly<Record<string, string | undefined>>,
  options: { readonly purpose?: Purpose; readonly hasKeyFiles?: boolean } = {},
): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const profile = given["NODE_ENV"] === "production" ? "production" : "development";
  const parsed = SCHEMA.safeParse(given);
  const problems = [
    ...(parsed.error?.issues ?? []).map((issue) => ({
      name: issue.path.join("."),
      rule: issue.message,
    })),
    ...unpairedSettings(given),
    ...(profile === "production" ? missingSettings(given, options) : []),
  ];
  if (!parsed.success || problems.length > 0) throw new SettingsError(problems);
  const { data } = parsed;
  return {
    ...data,
    profile,
    MEDIA_DIR: path.resolve(data.MEDIA_DIR ?? path.join(data.DATA_DIR, "media")),
    SHUTDOWN_DELAY_MS: data.SHUTDOWN_DELAY_MS ?? SHUTDOWN_DELAY_MS[profile],
    handlerEnv: withoutOwn(env),
  };
}

/** Where the public listener is reached from this machine. */
export function serverUrl({ HOST, PORT, TLS_CERT }: Settings): string {
  const host = HOST.includes(":") ? `[${HOST}]` : HOST;
  return `${TLS_CERT === undefined ? "http" : "https"}://${host}:${PORT}`;
}

type Given = Readonly<Record<string, string | undefined>>;

function unpairedSettings(given: Given): readonly SettingProblem[] {
  const pairs = [
    ["TLS_CERT", "TLS_KEY"],
    ["TLS_KEY", "TLS_CERT"],
    ["FORWARD_URL", "FORWARD_SECRET"],
  ] as const;
  return pairs
    .filter(([one, other]) => given[one] !== undefined && given[other] === undefined)
    .map(([one, other]) => ({ name: other, rule: `must be set, since ${one} is` }));
}

function missingSettings(
  given: Given,
  { purpose = "server", hasKeyFiles = false }: Parameters<typeof parseSettings>[1] & object,
): readonly SettingProblem[] {
  const hasKey = hasKeyFiles || given["WHATSAPP_PRIVATE_KEY_COMMAND"] !== undefined;
  return NEEDS[purpose]
    .filter((name) => given[name] === undefined && !(name === "WHATSAPP_PRIVATE_KEY" && hasKey))
    .map((name) => ({ name, rule: `must be set in production: ${REQUIRED_IN_PRODUCTION[name]}` }));
}

function withoutOwn(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !Object.hasOwn(RULES, name)));
}
