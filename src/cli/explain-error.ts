// Turns what a command threw into lines for whoever ran it. Failures that the machine, the network or the database
// reports are told as the setting to look at and what to do; a defect of the server's own keeps its stack.

import { type Settings, SettingsError } from "../app/settings.ts";
import { KeyError } from "../protocol/private-key.ts";
import { ConnectionSilent } from "../storage/answering-pool.ts";

/**
 * @param loadSettings  asked only about an error of the system, which comes after they have been read
 * @returns one line per problem; only a defect has more
 */
export function explainError(error: unknown, loadSettings: () => Settings): readonly string[] {
  if (error instanceof SettingsError) {
    return error.problems.map(({ name, rule }) => `${name}: ${rule}`);
  }
  if (!(error instanceof Error)) return [String(error)];
  if (error instanceof KeyError && error.code.startsWith("PASSPHRASE_")) {
    return [`${error.message}, in WHATSAPP_PRIVATE_KEY_PASSPHRASE`];
  }
  const known =
    explainListening(error, loadSettings) ??
    explainMissingTables(error) ??
    explainDatabase(error, loadSettings);
  if (known !== null) return [known];
  return [isDefect(error) && error.stack !== undefined ? error.stack : reasonOf(error)];
}

/** In a few words; never empty, as the message of a connection refused on several addresses is. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || (codeOf(error) ?? error.name);
}

const PORT_RULES: Readonly<Record<string, string>> = {
  EADDRINUSE: "another process listens there; stop it, or choose another port (0: any free one)",
  EACCES: "this user may not listen there; choose a port above 1023",
};

const HOST_RULE = "this machine cannot listen at that address; give one of its own";

function explainListening(error: Error, loadSettings: () => Settings): string | null {
  const { syscall, port, address, hostname } = error as NodeListenError;
  if (syscall !== "listen" && syscall !== "getaddrinfo") return null;
  const settings = loadSettings();
  const portRule = PORT_RULES[codeOf(error) ?? ""];
  const names =
    portRule === undefined
      ? HOSTS.filter((name) => settings[name] === (address ?? hostname))
      : PORTS.filter((name) => settings[name] === port);
  return names.length === 0 ? null : `${names.join(" or ")}: ${portRule ?? HOST_RULE}`;
}

const PORTS = ["PORT", "ADMIN_PORT"] as const;
const HOSTS = ["HOST", "ADMIN_HOST"] as const;

/** What Node adds to errors of listeners and of name look-ups; on any other error all of it is absent. */
type NodeListenError = {
  readonly syscall?: unknown;
  readonly port?: unknown;
  readonly address?: unknown;
  readonly hostname?: unknown;
};

/** Of Postgres: no such table, no such schema. */
const MISSING = new Set(["42P01", "3F000"]);

function explainMissingTables(error: Error): string | null {
  if (!MISSING.has(codeOf(error) ?? "") || !/\bflowpoint_(server|jobs)\b/.test(error.message)) {
    return null;
  }
  return "the database has none of the server's tables yet; run: flowpoint migrate";
}

const NO_ANSWER = "the database does not answer; check its host, port and firewall";
const REFUSED_USER = "the database refuses its user or password; correct them";

/** By codes of the system and of Postgres ("PostgreSQL Error Codes"). */
const DATABASE_RULES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens at its host and port; start the database, or correct them",
  ECONNRESET: "the database closed the connection; see the database's log",
  ENOTFOUND: "its host name has no address; correct it",
  EAI_AGAIN: "its host name could not be looked up; check the network's name server",
  ETIMEDOUT: NO_ANSWER,
  EHOSTUNREACH: NO_ANSWER,
  ENETUNREACH: NO_ANSWER,
  "28P01": REFUSED_USER,
  "28000": REFUSED_USER,
  "3D000": "there is no database of that name; create it, or correct the name",
  "42501": "its user lacks a privilege; let it own the database, or grant it CREATE there",
  "53300": "the database takes no more connections; lower DATABASE_POOL_MAX or raise its limit",
  "57P03": "the database is starting or stopping; try again",
};

/** pg gives these two no code. */
const PG_CONNECT_TIMEOUTS = new Set([
  "Connection terminated due to connection timeout",
  "timeout exceeded when trying to connect",
]);

function explainDatabase(error: Error, loadSettings: () => Settings): string | null {
  const isSilent = error instanceof ConnectionSilent || PG_CONNECT_TIMEOUTS.has(error.message);
  const rule = isSilent ? NO_ANSWER : DATABASE_RULES[codeOf(error) ?? ""];
  // Nothing else that a command connects to lets such an error through.
  if (rule === undefined || loadSettings().DATABASE_URL === undefined) return null;
  return `DATABASE_URL: ${rule}`;
}

/** Errors of the language are mistakes in the code, unless the system reports them (a file that cannot be read). */
function isDefect(error: Error): boolean {
  const { syscall } = error as NodeListenError;
  return syscall === undefined && LANGUAGE_ERRORS.has(error.name);
}

const LANGUAGE_ERRORS = new Set([
  "Error",
  "TypeError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
]);

function codeOf(error: Error): string | null {
  return "code" in error && typeof error.code === "string" ? error.code : null;
}
