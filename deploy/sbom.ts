// `node deploy/sbom.ts > sbom.cdx.json`: what production installs, as CycloneDX, from the lockfile alone. Needs no network.
//
// `npm sbom --omit dev` is not enough: it also leaves out packages that production needs where a development package
// needs them too (npm 11.19). So npm lists everything, and the lockfile decides what stays.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

const LOCKFILE = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({
      version: z.string().optional(),
      dev: z.boolean().default(false),
      link: z.boolean().default(false),
    }),
  ),
});

const REFERENCE = z.looseObject({ "bom-ref": z.string() });
const BOM = z.looseObject({
  metadata: z.looseObject({ component: REFERENCE }),
  components: z.array(
    z.looseObject({ "bom-ref": z.string(), name: z.string(), version: z.string() }),
  ),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

type Bom = z.output<typeof BOM>;

async function createSbom(): Promise<Bom> {
  const [{ stdout }, lockText] = await Promise.all([
    promisify(execFile)("npm", ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"], {
      cwd: ROOT,
      maxBuffer: MAX_OUTPUT_BYTES,
    }),
    readFile(`${ROOT}/package-lock.json`, "utf8"),
  ]);
  const bom = BOM.parse(JSON.parse(stdout));
  const production = new Set(
    Object.entries(LOCKFILE.parse(JSON.parse(lockText)).packages)
      .filter(([path, { dev, link }]) => path.includes("node_modules/") && !dev && !link)
      .map(([path, { version }]) => `${path.split("node_modules/").at(-1)}@${version}`),
  );
  const components = bom.components.filter(({ name, version }) =>
    production.has(`${name}@${version}`),
  );
  const kept = new Set([
    bom.metadata.component["bom-ref"],
    ...components.map((component) => component["bom-ref"]),
  ]);
  const dependencies = bom.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map((entry) => ({ ...entry, dependsOn: entry.dependsOn.filter((ref) => kept.has(ref)) }));
  return { ...bom, components, dependencies };
}

process.stdout.write(`${JSON.stringify(await createSbom(), null, 2)}\n`);
