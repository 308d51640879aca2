// Deployments, their plans and their lockfile.

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { deployFlow } from "../../src/graph/deploy/deploy-flow.ts";
import { LOCKFILE_NAME, openLockfile } from "../../src/graph/deploy/lockfile.ts";
import { planFlow } from "../../src/graph/deploy/plan-flow.ts";
import { createFlow, uploadFlowJson } from "../../src/graph/flows.ts";
import { uploadPublicKey } from "../../src/graph/public-keys.ts";
import { deploy, DRAFT, FEEDBACK, PUBLIC_KEY, PUBLISH, putKey } from "./deploy-feedback.ts";
import { ENDPOINT, flowText } from "./flow-texts.ts";
import { clock, never, NUMBER_ID, WABA_ID, withFolder, withGraph } from "./graph-stand.ts";

async function locked(folder: string) {
  return (await openLockfile(folder, "default", WABA_ID)).find("feedback");
}

describe("a deployment", () => {
  it("creates, uploads, connects and publishes", async () => {
    await withFolder((folder) =>
      withGraph({}, async (stand) => {
        await uploadPublicKey(stand.client, NUMBER_ID, PUBLIC_KEY, never);

        const { flowId, status, changed } = await deploy(stand, folder);

        expect({ status, changed }).toEqual({ status: "PUBLISHED", changed: true });
        expect(stand.server.graph.flows.find(flowId)).toMatchObject({
          name: "feedback",
          categories: ["SURVEY"],
          publishedJson: FEEDBACK.json,
          endpointUri: ENDPOINT,
          applicationId: "55",
        });
        expect(await locked(folder)).toMatchObject({
          flowId,
          pending: null,
          status: "PUBLISHED",
          history: [{ json: FEEDBACK.json, published: true }],
        });
      }),
    );
  });

  it("changes nothing the second time, and leaves the lockfile as it is", async () => {
    await withFolder((folder) =>
      withGraph({}, async (stand) => {
        putKey(stand);
        await deploy(stand, folder);
        const before = await readFile(path.join(folder, LOCKFILE_NAME), "utf8");
        const steps = stand.server.steps.length;

        const { changed } = await deploy(stand, folder, {
          ...FEEDBACK,
          categories: undefined,
        } as never);

        expect(changed).toBe(false);
        expect(stand.server.steps.slice(steps).every((step) => step.startsWith("GET "))).toBe(true);
        expect(await readFile(path.join(folder, LOCKFILE_NAME), "utf8")).toBe(before);
      }),
    );
  });

  it("publishes nothing that it was not told to", async () => {
    await withFolder((folder) =>
      withGraph({}, async (stand) => {
        putKey(stand);

        const { status } = await deploy(stand, folder, FEEDBACK, DRAFT);

        expect(status).toBe("DRAFT");
        expect(stand.server.steps).not.toContain("POST publish");
      }),
    );
  });

  it("publishes nothing that Meta finds errors in, and tells them each time", async () => {
    await withFolder((folder) =>
      withGraph({}, async (stand) => {
        const faulty = { ...FEEDBACK, json: flowText({ isFaulty: true }) };

        const first = await deploy(stand, folder, faulty);
        const second = await deploy(stand, folder, faulty);

        for (const { status, validationErrors } of [first, second]) {
          expect(status).toBe("DRAFT");
          expect(validationErrors).toMatchObject([{ code: "INVALID_ROUTING_MODEL" }]);
        }
        expect(second.changed).toBe(false);
      }),
    );
  });

  it("takes a flow over that has its name, on whatever page it is, and keeps what was there", async () => {
    await withFolder((folder) =>
      withGraph({ pageSize: 1 }, async (stand) => {
        putKey(stand);
        for (const name of ["one", "two", "feedback"]) {
          await createFlow(stand.client, WABA_ID, { name, categories: ["OTHER"] }, never);
        }
        const [, , theirs] = stand.server.graph.flows.all;
        const before = flowText({ title: "As it was" });
        await uploadFlowJson(stand.client, theirs?.id ?? "", before, never);

        const { plan, flowId } = await deploy(stand, folder);

        expect(plan.adopts).toBe(true);
        expect(flowId).toBe(theirs?.id);
        expect(stand.server.graph.flows.all).toHaveLength(3);
        expect((await locked(folder))?.history.map(({ json }) => json)).toEqual([
          before,
          FEEDBACK.json,
        ]);
      }),
    );
  });

  it("refuses to replace what somebody else has put at Meta, unless it is told to", async () => {
    await withFolder((folder) =>
      withGraph({}, async (stand) => {
        putKey(stand);
        const { flowId } = await deploy(stand, folder);
        const theirs = flowText({ title: "By somebody else" });
        await uploadFlowJson(stand.client, flowId, theirs, never);

        await expect(deploy(stand, folder)).rejects.toThrow("somebody has changed");
        const { changed } = await deploy(stand, folder, FEEDBACK, {
          publish: true,
          overwrite: true,
        });

        expect(changed).toBe(true);
        expect((await locked(folder))?.history.map(({ json }) => json)).toContain(theirs);
      }),
    );
  });

  it("makes a new flow in place of one that is deprecated", async () => {
    await withFolder((folder) =>
      withGraph({}, async (stand) => {
        putKey(stand);
        const { flowId: first } = await deploy(stand, folder);
        const flow = stand.server.graph.flows.find(first);
        if (flow !== undefined) flow.status = "DEPRECATED";

        await expect(deploy(stand, folder)).rejects.toThrow("--new --name");
        const renewed = { ...FEEDBACK, name: "feedback-2", asNew: true };
        const { flowId: second, status } = await deploy(stand, folder, renewed);

        expect(status).toBe("PUBLISHED");
        expect(second).not.toBe(first);
        expect(await locked(folder)).toMatchObject({ flowId: second, replaced: [first] });
      }),
    );
  });

  it("keeps the flows of two environments of one account apart", async () => {
    await withFolder((folder) =>
      withGraph({}, async (stand) => {
        putKey(stand);
        await deploy(stand, folder);

        const staging = await deploy(stand, folder, FEEDBACK, DRAFT, "staging");

        expect(staging.plan.name).toBe("feedback-staging");
        await expect(
          deploy(stand, folder, { ...FEEDBACK, name: "feedback" }, DRAFT, "test"),
        ).rejects.toThrow("is feedback in environment default; choose another with --name");
      }),
    );
  });
});

describe("a plan", () => {
  it("names what would change, and which changes old messages do not survive", async () => {
    await withFolder((folder) =>
      withGraph({}, async (stand) => {
        putKey(stand);
        await deploy(stand, folder);
        const lockfile = await openLockfile(folder, "default", WABA_ID);
        const changed = { ...FEEDBACK, json: flowText({ input: "words" }), name: "renamed" };

        const { plan } = await planFlow(
          { client: stand.client, wabaId: WABA_ID, lockfile, signal: never },
          changed,
        );

        expect(plan.changes.map(({ field }) => field)).toEqual(["flow.json", "name"]);
        expect(plan.contract.breaking).toEqual(["what screen FORM sends has changed"]);
      }),
    );
  });

  it("still compares with what is published when a newer draft was uploaded", async () => {
    await withFolder((folder) =>
      withGraph({}, async (stand) => {
        putKey(stand);
        await deploy(stand, folder);
        const changed = { ...FEEDBACK, json: flowText({ input: "words" }) };
        await deploy(stand, folder, changed, DRAFT);
        const lockfile = await openLockfile(folder, "default", WABA_ID);

        const { plan } = await planFlow(
          { client: stand.client, wabaId: WABA_ID, lockfile, signal: never },
          changed,
        );

        expect(plan.changes).toEqual([]);
        expect(plan.contract.breaking).toEqual(["what screen FORM sends has changed"]);
      }),
    );
  });
});

describe("a deployment that dies between its requests", () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7])(
    "is finished by the next run when it dies at note %i",
    async (place) => {
      await withFolder((folder) =>
        withGraph({}, async (stand) => {
          putKey(stand);
          const lockfile = await openLockfile(folder, "default", WABA_ID);
          let saved = -1;
          const dying = {
            ...lockfile,
            save: async (...args: Parameters<typeof lockfile.save>) => {
              saved += 1;
              if (saved === place) throw new Error("died");
              return lockfile.save(...args);
            },
          };
          const parts = {
            client: stand.client,
            wabaId: WABA_ID,
            lockfile: dying,
            signal: never,
            clock,
            report: () => {},
          };

          await expect(deployFlow(parts, FEEDBACK, PUBLISH)).rejects.toThrow("died");
          const { status } = await deploy(stand, folder);

          expect(status).toBe("PUBLISHED");
          expect(stand.server.graph.flows.all).toHaveLength(1);
          expect(await locked(folder)).toMatchObject({ pending: null, status: "PUBLISHED" });
        }),
      );
    },
  );
});

async function refuse(text: string, wabaId = WABA_ID): Promise<string> {
  return withFolder(async (folder) => {
    await writeFile(path.join(folder, LOCKFILE_NAME), text);
    const error = await openLockfile(folder, "default", wabaId).catch((thrown: unknown) => thrown);
    return error instanceof Error ? error.message : "";
  });
}

describe("a lockfile", () => {
  it("that a merge has broken is refused", async () => {
    expect(await refuse("<<<<<<< ours\n{}")).toMatch(
      /is not JSON.*restore it from version control$/,
    );
  });

  it("that lacks something is refused with its place", async () => {
    const text = JSON.stringify({ version: 1, environments: { default: { wabaId: WABA_ID } } });

    expect(await refuse(text)).toContain("environments.default.flows is not as it was written");
  });

  it("whose history was changed by hand is refused", async () => {
    await withFolder((folder) =>
      withGraph({}, async (stand) => {
        putKey(stand);
        await deploy(stand, folder);
        const file = path.join(folder, LOCKFILE_NAME);
        await writeFile(file, (await readFile(file, "utf8")).replace("Feedback", "Fredback"));

        await expect(deploy(stand, folder)).rejects.toThrow(
          "the history of feedback in default was changed by hand",
        );
      }),
    );
  });

  it("that gives two folders one flow is refused", async () => {
    await withFolder((folder) =>
      withGraph({}, async (stand) => {
        putKey(stand);
        await deploy(stand, folder);
        await deploy(stand, folder, FEEDBACK, DRAFT, "staging");
        const file = path.join(folder, LOCKFILE_NAME);
        const [one, two] = stand.server.graph.flows.all.map(({ id }) => id);
        await writeFile(file, (await readFile(file, "utf8")).replace(two ?? "", one ?? ""));

        await expect(deploy(stand, folder)).rejects.toThrow(
          "feedback in default and feedback in staging have the same flow; restore it",
        );
      }),
    );
  });

  it("of another account is refused", async () => {
    const text = JSON.stringify({
      version: 1,
      environments: { default: { wabaId: WABA_ID, flows: {} } },
    });

    expect(await refuse(text, "1")).toContain("is of another WhatsApp business account");
  });

  it("that names a flow which is not there is told apart from a wrong account", async () => {
    await withFolder((folder) =>
      withGraph({}, async (stand) => {
        putKey(stand);
        await deploy(stand, folder);

        await withGraph({}, async (empty) => {
          await expect(deploy(empty, folder)).rejects.toThrow("if it was deleted at Meta");
        });
      }),
    );
  });
});
