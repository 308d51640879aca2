// Handler folders from anywhere on disk: what loads, and how each thing that does not is told. All folders are written
// first and then loaded in a few processes, since starting one is most of the work.

import { execFile } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateContract } from "../../src/flow-json/generate.ts";
import { makeTemporaryFolder } from "../helpers/spawn-server.ts";
import type { Probed } from "./load-probe.ts";

const PROBE = fileURLToPath(new URL("load-probe.ts", import.meta.url));

const FLOW_JSON = JSON.stringify({
  version: "7.1",
  data_api_version: "3.0",
  routing_model: { HELLO: [] },
  screens: [
    {
      id: "HELLO",
      title: "Hello",
      terminal: true,
      refresh_on_back: true,
      data: { name: { type: "string", __example__: "Ada" } },
      layout: {
        type: "SingleColumnLayout",
        children: [
          {
            type: "Footer",
            label: "Go",
            "on-click-action": { name: "data_exchange", payload: { name: "${data.name}" } },
          },
        ],
      },
    },
  ],
});

const LEAFLET_JSON = JSON.stringify({
  version: "7.1",
  screens: [
    {
      id: "PAGE",
      title: "Page",
      terminal: true,
      layout: {
        type: "SingleColumnLayout",
        children: [
          {
            type: "Footer",
            label: "Done",
            "on-click-action": { name: "complete", payload: { a: "b" } },
          },
        ],
      },
    },
  ],
});

const MEMBERS =
  "init: (reply) => reply.show('HELLO', { name: 'Ada' }), exchange: { HELLO: (_, reply) => reply.finish() }, back: { HELLO: (reply) => reply.reject('no', { name: 'Ada' }) }";

function handler(members: string, options = "{}"): string {
  return `
    import { implement } from "flowpoint";
    import { flow } from "./contract.gen.ts";
    export default implement(flow, ${options}, () => (${members}));
  `;
}

type Files = Readonly<Record<string, string | null>>;

/** A folder of handlers; its files by their paths, on top of those of one good flow called `hello`. */
type Example = { readonly files: Files; readonly mode?: "regenerate" | "refuse" };

const GOOD: Files = { "hello/flow.json": FLOW_JSON, "hello/handler.ts": handler(`{ ${MEMBERS} }`) };

type Broken = Example & { readonly what: string; readonly tells: readonly (string | RegExp)[] };

const broken = (what: string, files: Files, ...tells: readonly (string | RegExp)[]): Broken => ({
  what,
  files,
  tells,
});

const IN_HANDLER = "hello/handler.ts";

const BROKEN: readonly Broken[] = [
  broken(
    "a name with capitals",
    { "Hello/flow.json": FLOW_JSON },
    "/Hello: a flow's folder",
    "rename it",
  ),
  broken(
    "a name that begins with a digit",
    { "1st/flow.json": FLOW_JSON },
    "/1st: a flow's folder",
  ),
  broken("a name with an underscore", { "a_b/flow.json": FLOW_JSON }, "/a_b: a flow's folder"),
  broken("a name of 64 letters", { [`${"a".repeat(64)}/flow.json`]: FLOW_JSON }, "at most 63"),
  broken(
    "a name that Postgres owns",
    { "public/flow.json": FLOW_JSON },
    "/public: a flow's folder",
  ),
  broken(
    "a flow.json by another name",
    { "other/flows.json": FLOW_JSON, "other/handler.ts": handler(`{ ${MEMBERS} }`) },
    /\/other has a handler\.ts but no flow\.json; name its Flow JSON flow\.json, or move the folder out of HANDLERS_DIR$/,
  ),
  broken("no handler.ts", { "other/flow.json": FLOW_JSON }, "/other/handler.ts is missing"),
  broken("a flow.json that is no JSON", { "hello/flow.json": "{\n" }, "/hello/flow.json:2:1 "),
  broken(
    "a flow.json without screens",
    { "hello/flow.json": '{"version":"7.1","screens":[]}' },
    "/hello/flow.json:1:28 ",
    "screens",
  ),
  broken(
    "a syntax error",
    { [IN_HANDLER]: "export default 1;\n  }\n" },
    /\/hello\/handler\.ts:2:3 does not load: Expression expected$/,
  ),
  broken(
    "a syntax error in a file that the handler needs",
    { [IN_HANDLER]: 'import "./menu.ts";', "hello/menu.ts": "\nconst dish: string = ;" },
    /\/hello\/menu\.ts:2:22 does not load, and \/.+\/hello\/handler\.ts needs it: Expression expected$/,
  ),
  broken(
    "an enum",
    { [IN_HANDLER]: "enum Size { Small }" },
    /\/hello\/handler\.ts:1:1 does not load: TypeScript enum is not supported .+; Node runs a handler by leaving its types out: for an enum write an object "as const"/,
  ),
  broken(
    "an import that is not there",
    { [IN_HANDLER]: '\nimport "./gone.ts";' },
    '/hello/handler.ts:2:8 does not load: it imports "./gone.ts", which is no file; correct the path',
  ),
  broken(
    "an import without its extension",
    { [IN_HANDLER]: 'import { a } from "./tables";', "hello/tables.ts": "export const a = 1;" },
    /\/hello\/handler\.ts:1:19 does not load: it imports ".\/tables", which is no file; write the file's extension: ".\/tables.ts"$/,
  ),
  broken(
    "an import with the extension of the compiler's output",
    { [IN_HANDLER]: 'import { a } from "./tables.js";', "hello/tables.ts": "export const a = 1;" },
    `write the file's extension: "./tables.ts"`,
  ),
  broken(
    "an import of a folder",
    { [IN_HANDLER]: 'import { a } from "./menu";', "hello/menu/index.ts": "export const a = 1;" },
    `/hello/handler.ts:1:19 does not load: it imports "./menu"`,
    `"./menu/index.ts"`,
  ),
  broken(
    "a package that is not installed",
    { [IN_HANDLER]: 'import "no-such-package";' },
    '/hello/handler.ts:1:8 does not load: it imports the package "no-such-package"',
    "install it",
  ),
  broken(
    "an export that is not there",
    { [IN_HANDLER]: 'import { b } from "./tables.ts";', "hello/tables.ts": "export const a = 1;" },
    "/hello/handler.ts:1:10 does not load: ",
  ),
  broken(
    "a throw while it loads",
    { [IN_HANDLER]: 'const a = 1;\nthrow new Error("no coffee");' },
    "/hello/handler.ts:2:7 does not load: no coffee",
  ),
  broken(
    "a throw of something that is no error",
    { [IN_HANDLER]: 'throw "no coffee";' },
    "/hello/handler.ts does not load: no coffee",
  ),
  broken(
    "no default export",
    { [IN_HANDLER]: "export const x = 1;" },
    "has no handler as its default export",
    "export default implement",
  ),
  broken(
    "a default export of another kind",
    { [IN_HANDLER]: "export default () => {};" },
    "has no handler as its default export",
  ),
  broken(
    "a contract of another flow",
    { "hello/contract.gen.ts": generateContract({ flow: "another", flowJson: FLOW_JSON }) },
    'the contract is of flow "another"',
    "flowpoint flows generate hello",
  ),
  broken(
    "a factory that throws",
    { [IN_HANDLER]: handler("(() => { throw new Error('no coffee'); })()") },
    "/hello/handler.ts: no coffee",
  ),
  broken(
    "a factory that rejects",
    { [IN_HANDLER]: handler("Promise.reject(new Error('no coffee'))") },
    "/hello/handler.ts: no coffee",
  ),
  broken(
    "a factory that returns nothing",
    { [IN_HANDLER]: handler("undefined") },
    "the factory's result is not an object",
  ),
  broken(
    "a member that nothing calls",
    { [IN_HANDLER]: handler(`{ ${MEMBERS}, onInit: () => {} }`) },
    'unknown member "onInit"',
    "completed",
  ),
  broken(
    "no init",
    { [IN_HANDLER]: handler(`{ ${MEMBERS}, init: undefined }`) },
    "init is missing",
  ),
  broken(
    "no function for a screen",
    { [IN_HANDLER]: handler(`{ ${MEMBERS}, exchange: {} }`) },
    "exchange.HELLO is missing",
  ),
  broken(
    "something else for a screen",
    { [IN_HANDLER]: handler(`{ ${MEMBERS}, exchange: { HELLO: 1 } }`) },
    "exchange.HELLO is not a function",
  ),
  broken(
    "a function for a screen that is not there",
    { [IN_HANDLER]: handler(`{ ${MEMBERS}, exchange: { HELLO: () => {}, HULLO: () => {} } }`) },
    "exchange.HULLO",
  ),
  broken(
    "no function for BACK",
    { [IN_HANDLER]: handler(`{ ${MEMBERS}, back: {} }`) },
    "back.HELLO is missing",
  ),
  broken(
    "a function for BACK that nothing calls",
    { [IN_HANDLER]: handler(`{ ${MEMBERS}, back: { HELLO: () => {}, toString: () => {} } }`) },
    "back.toString",
  ),
  broken(
    "completed that is no function",
    { [IN_HANDLER]: handler(`{ ${MEMBERS}, completed: 1 }`) },
    "completed is not a function",
  ),
  broken(
    "an unknown option",
    { [IN_HANDLER]: handler(`{ ${MEMBERS} }`, "{ deadline: 1 }") },
    "options are not valid",
  ),
  broken(
    "a deadline past Meta's own",
    { [IN_HANDLER]: handler(`{ ${MEMBERS} }`, "{ deadlineMs: 9001 }") },
    "options are not valid at: deadlineMs",
  ),
  broken(
    "a token policy that does not exist",
    { [IN_HANDLER]: handler(`{ ${MEMBERS} }`, "{ tokens: 'none' }") },
    "options are not valid at: tokens",
  ),
  broken(
    "a completion that is no schema",
    { [IN_HANDLER]: handler(`{ ${MEMBERS} }`, "{ completion: {} }") },
    "options are not valid at: completion",
  ),
  broken(
    "a seed that is no function",
    { "hello/seed.ts": "export default 1;" },
    "/hello/seed.ts has no function",
  ),
  broken(
    "INIT in a static flow",
    { "hello/flow.json": LEAFLET_JSON, [IN_HANDLER]: handler("{ init: () => {} }") },
    "init",
  ),
];

const STALE = [
  { what: "no contract at all", "hello/contract.gen.ts": null },
  {
    what: "a contract of an older flow.json",
    "hello/contract.gen.ts": generateContract({ flow: "hello", flowJson: LEAFLET_JSON }),
  },
] as const;

const COMPLETE: Files = {
  ...GOOD,
  [IN_HANDLER]: `
    import { implement } from "flowpoint";
    import { Kysely } from "kysely";
    import { z } from "zod";
    import { flow } from "./contract.gen.ts";
    import { greeting } from "./greeting.ts";
    export default implement(flow, { completion: z.object({ name: z.string() }) }, async ({ db }) => {
      if (!(db instanceof Kysely)) throw new Error("another kysely");
      return {
        init: (reply) => reply.show("HELLO", { name: greeting }),
        exchange: { HELLO: (input, reply) => reply.finish(input) },
        back: { HELLO: (reply) => reply.reject("no", { name: greeting }) },
      };
    });
  `,
  "hello/greeting.ts": "export const greeting: string = 'Hello';",
  "hello/seed.ts": "export default async () => {};",
  "hello/migrations/0001-greetings.ts": "export async function up() {}",
  "hello/notes.md": "Not code.",
  "leaflet/flow.json": LEAFLET_JSON,
  "leaflet/handler.ts": handler("{}"),
  "not-a-flow/README.md": "No flow.json here.",
  "README.md": "Nor here.",
};

describe("handlers outside the checkout", () => {
  let root: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  const probed = new Map<string, Probed>();

  beforeAll(async () => {
    root = await makeTemporaryFolder();
    const examples = new Map<string, Example>([
      ["complete", { files: COMPLETE }],
      ...BROKEN.map(({ what, files }) => [what, { files: { ...GOOD, ...files } }] as const),
      ...STALE.map(
        ({ what, ...files }) => [what, { files: { ...GOOD, ...files }, mode: "refuse" }] as const,
      ),
    ]);
    const folders = new Map<string, string>();
    for (const [name, { files }] of examples) {
      const folder = path.join(root.path, String(folders.size));
      await writeFiles(folder, files);
      folders.set(name, folder);
    }
    const linked = path.join(root.path, "linked");
    await mkdir(linked);
    await symlink(path.join(folders.get("complete") ?? "", "hello"), path.join(linked, "hello"));
    folders.set("nowhere", path.join(root.path, "nowhere"));

    const refused = new Set<string>(STALE.map(({ what }) => what));
    for (const mode of ["regenerate", "refuse"] as const) {
      const names = [...folders.keys()].filter((name) => (mode === "refuse") === refused.has(name));
      const results = await load(
        mode,
        names.map((name) => folders.get(name) ?? ""),
      );
      for (const [at, name] of names.entries()) probed.set(name, results[at] as Probed);
    }
    // By itself: the folder behind the link must not be known already.
    probed.set("linked", (await load("refuse", [linked]))[0] as Probed);
  });

  afterAll(() => root.remove());

  it("load, and share the server's zod and kysely", () => {
    expect(probed.get("complete")).toEqual({
      kind: "loaded",
      flows: [
        {
          name: "hello",
          contractHash: expect.any(String),
          hasSeed: true,
          hasMigrations: true,
          sharesZod: true,
        },
        {
          name: "leaflet",
          contractHash: expect.any(String),
          hasSeed: false,
          hasMigrations: false,
          sharesZod: false,
        },
      ],
    });
  });

  it("load from behind a symbolic link", () => {
    expect(probed.get("linked")).toMatchObject({ kind: "loaded", flows: [{ name: "hello" }] });
  });

  it("have their contract written in development", async () => {
    const contract = await readFile(path.join(root.path, "0/hello/contract.gen.ts"), "utf8");

    expect(contract).toBe(generateContract({ flow: "hello", flowJson: FLOW_JSON }));
  });

  it.each(BROKEN)("stop the boot with their path and cause: $what", ({ what, tells }) => {
    const result = probed.get(what);

    expect(result).toMatchObject({ kind: "failed", name: "HandlerLoadError" });
    for (const text of tells)
      expect(result).toMatchObject({ message: expect.stringMatching(escaped(text)) });
  });

  it.each(STALE)("are refused in production, naming the command: $what", ({ what }) => {
    expect(probed.get(what)).toMatchObject({
      kind: "failed",
      name: "HandlerLoadError",
      message: expect.stringMatching(
        /hello\/contract\.gen\.ts was not generated from this flow\.json; run: flowpoint flows generate hello$/,
      ),
    });
  });

  it("need a folder that exists", () => {
    expect(probed.get("nowhere")).toMatchObject({
      kind: "failed",
      message: expect.stringMatching(
        /HANDLERS_DIR .+nowhere cannot be read; name an existing folder/,
      ),
    });
  });
});

async function writeFiles(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    if (text === null) continue;
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

async function load(mode: string, folders: readonly string[]): Promise<readonly Probed[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROBE, mode, ...folders]);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Probed);
}

function escaped(text: string | RegExp): RegExp {
  return typeof text === "string"
    ? new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    : text;
}
