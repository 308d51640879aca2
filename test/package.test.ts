// package.json says exactly what is installed, the lockfile agrees with it, and
// every dependency has its reason in DECISIONS.md.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadTree, packageOf } from "./architecture/tree.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

type Versions = Readonly<Record<string, string>>;
type Manifest = {
  readonly version: string;
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
};
type LockedPackage = {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
};
type Lockfile = { readonly packages: Readonly<Record<string, LockedPackage>> };

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

// npm wrote both files and refuses to install from any other shape.
const manifest = JSON.parse(read("package.json")) as Manifest;
const lockfile = JSON.parse(read("package-lock.json")) as Lockfile;
const all = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
const fromRegistry = all.filter(([, version]) => !version.startsWith("file:"));

describe("package.json", () => {
  it.each(fromRegistry)("pins %s exactly (%s)", (_name, version) => {
    expect(version).toMatch(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/);
  });

  it("names the same dependencies as the lockfile", () => {
    const { dependencies, devDependencies } = manifest;

    expect(lockfile.packages[""]).toMatchObject({ dependencies, devDependencies });
  });

  it.each(fromRegistry)("has %s installed as locked", (name, version) => {
    const locked = lockfile.packages[`node_modules/${name}`];
    const installed = JSON.parse(read(`node_modules/${name}/package.json`)) as Manifest;

    expect([locked?.version, installed.version]).toEqual([version, version]);
  });
});

describe("what runs in production", () => {
  it("imports nothing that is installed for development only", () => {
    const { sources } = loadTree(ROOT);

    const findings = sources
      // Tests, and the player's browser code with what bundles it, which are never run there.
      .filter(({ path }) => !/\.test\.ts$|^src\/player\/(?:client\/|build\.ts$)/.test(path))
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ kind, specifier }) => kind === "value" && !/^(?:\.|node:)/.test(specifier))
          .map(({ specifier }) => packageOf(specifier))
          .filter((name) => name !== "flowpoint" && !(name in manifest.dependencies))
          .map((name) => `${path} imports ${name}`),
      );

    expect(findings).toEqual([]);
  });
});

describe("package-lock.json", () => {
  it("holds the integrity of everything that comes from the registry", () => {
    const unproven = Object.entries(lockfile.packages)
      .filter(([path, entry]) => path.includes("node_modules/") && entry.link !== true)
      .filter(([, entry]) => entry.integrity?.startsWith("sha512-") !== true)
      .map(([path]) => path);

    expect(unproven).toEqual([]);
  });
});

describe("the Node that the project brings along", () => {
  it("is the one that the container runs on", () => {
    const runtime = JSON.parse(read("tools/node-runtime/package.json")) as Manifest;
    const images = [...read("Dockerfile").matchAll(/^FROM node:([\d.]+)-/gm)].map(
      (match) => match[1],
    );

    expect(images.length).toBeGreaterThan(0);
    expect(new Set(images)).toEqual(new Set([runtime.version]));
  });
});

describe("DECISIONS.md", () => {
  it("says why each dependency is there", () => {
    const text = read("DECISIONS.md");
    // Typings come and go with what they describe.
    const names = all.map(([name]) => name).filter((name) => !name.startsWith("@types/"));

    const isNamed = (name: string): boolean =>
      new RegExp(`(?<![\\w@/-])${name}(?![\\w/-])`).test(text);

    expect(names.filter((name) => !isNamed(name))).toEqual([]);
  });
});
