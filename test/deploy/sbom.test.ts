// The bill of materials lists what production installs. What that is is found here by walking from package.json through
// the lockfile as Node would resolve it, not by the marks that npm leaves there.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const NAMES = z.record(z.string(), z.string()).default({});
const PACKAGE = z.object({
  version: z.string().optional(),
  dependencies: NAMES,
  optionalDependencies: NAMES,
  peerDependencies: NAMES,
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean() })).default({}),
});
const LOCKFILE = z.object({ packages: z.record(z.string(), PACKAGE) });
const BOM = z.object({
  bomFormat: z.literal("CycloneDX"),
  specVersion: z.string(),
  components: z.array(
    z.object({
      "bom-ref": z.string(),
      name: z.string(),
      version: z.string(),
      purl: z.string(),
      hashes: z.array(z.object({ alg: z.string(), content: z.string() })),
    }),
  ),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

const { packages } = LOCKFILE.parse(JSON.parse(readFileSync(`${ROOT}/package-lock.json`, "utf8")));

/** Where a package finds another: in its own folder, or in that of whoever holds it. */
function resolve(from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("node_modules/") - 1))) {
    const path = at === "" ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (path in packages) return path;
    if (at === "") return undefined;
  }
}

function installed(): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (path: string): void => {
    const entry = packages[path];
    if (entry === undefined || found.has(path)) return;
    if (path !== "") found.add(path);
    const peers = Object.keys(entry.peerDependencies).filter(
      (name) => entry.peerDependenciesMeta[name]?.optional !== true,
    );
    const { dependencies, optionalDependencies } = entry;
    for (const name of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]) {
      const target = resolve(path, name);
      if (target !== undefined) visit(target);
    }
  };
  visit("");
  return new Set(
    [...found].map((path) => `${path.split("node_modules/").at(-1)}@${packages[path]?.version}`),
  );
}

describe("the bill of materials", () => {
  let bom: z.output<typeof BOM>;

  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["deploy/sbom.ts"], {
      cwd: ROOT,
      maxBuffer: 64 * 1024 * 1024,
    });
    bom = BOM.parse(JSON.parse(stdout));
  });

  it("lists every package that production installs, and none that it does not", () => {
    const listed = bom.components.map(({ name, version }) => `${name}@${version}`);

    expect(new Set(listed)).toEqual(installed());
    expect(listed.length).toBeGreaterThan(50);
  });

  it("has the hash of each, and refers to nothing that is not in it", () => {
    const known = new Set(bom.dependencies.map(({ ref }) => ref));

    expect(bom.components.filter(({ hashes }) => hashes.length === 0)).toEqual([]);
    expect(
      bom.dependencies.flatMap(({ dependsOn }) => dependsOn.filter((ref) => !known.has(ref))),
    ).toEqual([]);
  });
});
