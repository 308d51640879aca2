// The Dockerfile, as far as it can be judged without an engine to build it.

import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { SETTING_NAMES } from "../../src/app/settings.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

function read(path: string): string {
  return readFileSync(`${ROOT}/${path}`, "utf8");
}

/** Instructions with continued lines joined, comments left out. */
const instructions = read("Dockerfile")
  .split("\n")
  .filter((line) => !line.startsWith("#"))
  .join("\n")
  .replaceAll(/\\\n\s*/g, "")
  .split("\n")
  .filter((line) => line.trim() !== "")
  .map((line) => {
    const [name = "", ...rest] = line.split(" ");
    return { name, rest: rest.join(" ") };
  });

function of(name: string): readonly string[] {
  return instructions.filter((instruction) => instruction.name === name).map(({ rest }) => rest);
}

describe("the Dockerfile", () => {
  it("has no finding of the linter", async () => {
    const { stdout } = await run("dockerfilelint", ["--output", "json", "Dockerfile"], {
      cwd: ROOT,
      env: { ...process.env, PATH: `${ROOT}/node_modules/.bin:${process.env["PATH"]}` },
    });

    expect(JSON.parse(stdout)).toMatchObject({ totalIssues: 0 });
  });

  it("installs without development parts, and copies only what is there", () => {
    const copied = of("COPY")
      .filter((copy) => !copy.startsWith("--from"))
      .flatMap((copy) => copy.split(" ").slice(0, -1));

    expect(of("RUN").find((command) => command.includes("npm ci"))).toContain("--omit=dev");
    expect(copied.filter((path) => !existsSync(`${ROOT}/${path}`))).toEqual([]);
    expect(copied).toEqual(expect.arrayContaining(["bin", "src", "migrations", "handlers"]));
    expect(copied.filter((path) => /^(?:test|bench|keys|\.|deploy)/.test(path))).toEqual([]);
  });

  it("lets nothing into the build but what it copies", () => {
    const [first, ...allowed] = read(".dockerignore")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    const copied = of("COPY")
      .filter((copy) => !copy.startsWith("--from"))
      .flatMap((copy) => copy.split(" ").slice(0, -1));

    expect(first).toBe("*");
    expect(copied.filter((path) => !allowed.includes(`!${path.replace("./", "")}`))).toEqual([]);
    expect(
      allowed
        .filter((line) => line.startsWith("!"))
        .map((line) => line.slice(1))
        .toSorted(),
    ).toEqual([...new Set(copied)].toSorted());
  });

  it("leaves the player's page out, which production never serves", () => {
    const left = read(".dockerignore").split("\n");

    expect(left.lastIndexOf("src/player/client")).toBeGreaterThan(left.indexOf("!src"));
    expect(existsSync(`${ROOT}/src/player/client`)).toBe(true);
  });

  it("runs the production profile as another user than root, on all interfaces of the container", () => {
    const environment: Readonly<Record<string, string>> = Object.fromEntries(
      of("ENV")
        .flatMap((line) => line.split(" "))
        .map((pair) => pair.split("=")),
    );

    expect(of("USER")).toEqual(["node"]);
    expect(environment).toMatchObject({
      NODE_ENV: "production",
      HOST: "0.0.0.0",
      ADMIN_HOST: "0.0.0.0",
    });
    expect(Object.keys(environment).filter((name) => !SETTING_NAMES.includes(name))).toEqual([]);
  });

  it("gives signals to the server itself, and asks it whether it lives", () => {
    expect(JSON.parse(of("ENTRYPOINT")[0] ?? "")).toEqual(["node", "bin/flowpoint.js"]);
    expect(JSON.parse(of("CMD")[0] ?? "")).toEqual(["serve"]);
    expect(of("EXPOSE")).toEqual(["3000 3001"]);
    expect(of("HEALTHCHECK")[0]).toMatch(/CMD \["node", .*\/livez/);
  });
});

describe("the script that builds the image", () => {
  it("is one that a shell can read", async () => {
    await expect(
      run("/bin/sh", ["-n", "deploy/build-image.sh"], { cwd: ROOT }),
    ).resolves.toMatchObject({
      stderr: "",
    });
  });
});
