// What a failed command says: a line that can be acted upon where the cause lies outside, a stack where it does not.

import { describe, expect, it } from "vitest";
import { parseSettings } from "../../src/app/settings.ts";
import { explainError, reasonOf } from "../../src/cli/explain-error.ts";

const SETTINGS = parseSettings({
  HOST: "192.0.2.1",
  PORT: "4000",
  ADMIN_PORT: "4001",
  DATABASE_URL: "postgres://user:password@db.example.com/shop",
});

function explain(error: unknown): string {
  return explainError(error, () => SETTINGS).join("\n");
}

describe("a failure outside", () => {
  it.each([
    { what: { code: "EADDRINUSE", syscall: "listen", port: 4000 }, setting: "PORT" },
    { what: { code: "EADDRINUSE", syscall: "listen", port: 4001 }, setting: "ADMIN_PORT" },
    { what: { code: "EACCES", syscall: "listen", port: 4000 }, setting: "PORT" },
    {
      what: { code: "EADDRNOTAVAIL", syscall: "listen", address: "192.0.2.1", port: 4000 },
      setting: "HOST",
    },
    {
      what: { code: "ENOTFOUND", syscall: "getaddrinfo", hostname: "127.0.0.1" },
      setting: "ADMIN_HOST",
    },
    {
      what: { code: "ENOTFOUND", syscall: "getaddrinfo", hostname: "db.example.com" },
      setting: "DATABASE_URL",
    },
    { what: { code: "ECONNREFUSED", syscall: "connect" }, setting: "DATABASE_URL" },
    { what: { code: "28P01" }, setting: "DATABASE_URL" },
    { what: { code: "3D000" }, setting: "DATABASE_URL" },
  ])("is told as the setting $setting and a remedy: $what", ({ what, setting }) => {
    const said = explain(Object.assign(new Error("as the system says it"), what));

    expect(said).toMatch(new RegExp(`^${setting}: .+; .+$`));
    expect(said).not.toContain("as the system says it");
  });

  it.each(["flowpoint_server.completions", "flowpoint_jobs.job"])(
    "is told as what makes the tables where there are none: %s",
    (table) => {
      const error = Object.assign(new Error(`relation "${table}" does not exist`), {
        code: "42P01",
      });

      expect(explain(error)).toMatch(/; run: flowpoint migrate$/);
    },
  );

  it("is told also where every address of a name refused", () => {
    const refused = new AggregateError([new Error("::1"), new Error("127.0.0.1")], "");

    expect(explain(Object.assign(refused, { code: "ECONNREFUSED" }))).toMatch(/^DATABASE_URL: /);
    expect(reasonOf(Object.assign(refused, { code: "ECONNREFUSED" }))).toBe("ECONNREFUSED");
  });

  it("is the system's own line where no setting is to blame", () => {
    const message = "EACCES: permission denied, open '/etc/shadow'";
    const error = Object.assign(new Error(message), { code: "EACCES", syscall: "open" });

    expect(explain(error)).toBe(message);
  });

  it("is not put down to a database that is not set", () => {
    const error = Object.assign(new Error("refused"), { code: "ECONNREFUSED", syscall: "connect" });

    expect(explainError(error, () => parseSettings({}))).toEqual(["refused"]);
  });
});

describe("a defect", () => {
  it.each([new Error("a"), new TypeError("b"), new RangeError("c"), new SyntaxError("d")])(
    "keeps its stack: %s",
    (error) => {
      expect(explain(error)).toBe(error.stack);
    },
  );
});
