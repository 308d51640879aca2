// The compose file, held against the server's settings and the Dockerfile.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { parseSettings, SETTING_NAMES } from "../../src/app/settings.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const SERVICE = z.looseObject({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  tmpfs: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
});
const { services } = z
  .object({
    services: z.object({ migrate: SERVICE, server: SERVICE, postgres: SERVICE, redis: SERVICE }),
  })
  .parse(parse(readFileSync(`${ROOT}/deploy/compose.yaml`, "utf8"), { merge: true }));

/** As compose fills it in. */
const environment = Object.fromEntries(
  Object.entries(services.server.environment).map(([name, value]) => [
    name,
    value.replaceAll(/\$\{\w+:\?set it\}/g, "s".repeat(32)),
  ]),
);

describe("the compose file", () => {
  it("sets nothing but settings of the server, as its production profile takes them", () => {
    const names = Object.keys(environment);

    expect(names.filter((name) => !SETTING_NAMES.includes(name))).toEqual([]);
    expect(parseSettings(environment, { hasKeyFiles: true }).profile).toBe("production");
    expect(services.migrate.environment).toEqual(services.server.environment);
  });

  it("has no secret in it", () => {
    const secrets = Object.entries(services.server.environment).filter(([name]) =>
      /SECRET|TOKEN|DATABASE_URL/.test(name),
    );

    expect(secrets.length).toBe(4);
    expect(secrets.filter(([, value]) => !/\$\{\w+:\?set it\}/.test(value))).toEqual([]);
  });

  it("migrates before the server starts, and both after the database is there", () => {
    expect(services.migrate.command).toEqual(["migrate"]);
    expect(services.migrate.depends_on["postgres"]?.condition).toBe("service_healthy");
    expect(services.server.depends_on["migrate"]?.condition).toBe("service_completed_successfully");
  });

  it("runs on a root that cannot be written, without capabilities, with the folders it needs", () => {
    const dataDir = /DATA_DIR=(\S+)/.exec(readFileSync(`${ROOT}/Dockerfile`, "utf8"))?.[1];

    for (const service of [services.server, services.migrate]) {
      expect(service).toMatchObject({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        tmpfs: ["/tmp"],
      });
      expect(service.volumes).toEqual(["../keys:/keys:ro", `media:${dataDir}`]);
    }
    expect(environment["KEYS_DIR"]).toBe("/keys");
  });

  it("opens the server's ports to this machine alone, and gives it time to stop", () => {
    const { PORT, ADMIN_PORT, SHUTDOWN_DELAY_MS, SHUTDOWN_GRACE_MS } = parseSettings(environment, {
      hasKeyFiles: true,
    });
    const seconds = Number(services.server.stop_grace_period?.replace("s", ""));

    expect(services.server.ports).toEqual([
      `127.0.0.1:${PORT}:${PORT}`,
      `127.0.0.1:${ADMIN_PORT}:${ADMIN_PORT}`,
    ]);
    expect(seconds).toBeGreaterThan((SHUTDOWN_DELAY_MS + SHUTDOWN_GRACE_MS) / 1_000);
  });

  it("has a Redis that drops nothing to make room", () => {
    expect(services.redis.command?.join(" ")).toContain("--maxmemory-policy noeviction");
  });
});
