// Whatever goes wrong with any request of a deployment, and however long: the lockfile says what was begun, the next run
// finishes the job, and nothing is created twice.

import { describe, expect, it } from "vitest";
import { openLockfile } from "../../src/graph/deploy/lockfile.ts";
import type { DesiredFlow } from "../../src/graph/deploy/plan-flow.ts";
import { type FakeFault, FAKE_FAULTS } from "../../src/graph/fake/graph-server.ts";
import { createFlow, deprecateFlow, uploadFlowJson } from "../../src/graph/flows.ts";
import { deploy, FEEDBACK, putKey } from "./deploy-feedback.ts";
import { ENDPOINT, flowText } from "./flow-texts.ts";
import {
  never,
  type Stand,
  TIMES,
  Trouble,
  WABA_ID,
  withFolder,
  withGraph,
} from "./graph-stand.ts";

type Scenario = {
  readonly name: string;
  /** What is at Meta, and in the lockfile, before. */
  readonly prepare: (stand: Stand, folder: string) => Promise<void>;
  readonly desired: DesiredFlow;
  /** The requests when nothing goes wrong. */
  readonly steps: readonly string[];
  /** Flows at Meta afterwards. */
  readonly flows: readonly string[];
};

/** Whatever a deployment begins with, it ends with these. */
const FINISHING = [
  "POST assets",
  "POST (node)",
  "GET (node)",
  "POST publish",
  "GET (node)",
] as const;

const SCENARIOS: readonly Scenario[] = [
  {
    name: "of a new flow",
    prepare: async () => {},
    desired: FEEDBACK,
    steps: ["GET flows", "POST flows", ...FINISHING],
    flows: ["feedback"],
  },
  {
    name: "that adopts a flow of the last page by its name",
    prepare: async ({ client }) => {
      for (const name of ["one", "two", "feedback"]) {
        const id = await createFlow(client, WABA_ID, { name, categories: ["OTHER"] }, never);
        await uploadFlowJson(client, id, flowText({ title: "As it was" }), never);
      }
    },
    desired: FEEDBACK,
    steps: [
      "GET flows",
      "GET flows",
      "GET flows",
      "GET (node)",
      "GET assets",
      "GET download",
      ...FINISHING,
    ],
    flows: ["one", "two", "feedback"],
  },
  {
    name: "of a flow that has changed",
    prepare: async (stand, folder) => {
      await deploy(stand, folder);
    },
    desired: { ...FEEDBACK, json: flowText({ label: "Words" }), name: "opinion" },
    steps: ["GET (node)", "GET assets", "GET download", ...FINISHING],
    flows: ["opinion"],
  },
  {
    name: "in place of a deprecated one",
    prepare: async (stand, folder) => {
      const { flowId } = await deploy(stand, folder);
      await deprecateFlow(stand.client, flowId, never);
    },
    desired: { ...FEEDBACK, name: "feedback-2", asNew: true },
    steps: ["GET flows", "POST flows", ...FINISHING],
    flows: ["feedback", "feedback-2"],
  },
];

/** What the lockfile says of a request that was not answered well. */
const PENDING: Readonly<Record<string, string>> = {
  "POST flows": "create",
  "POST assets": "upload",
  "POST (node)": "update",
  "POST publish": "publish",
};

// The constant's own keys.
const FAULTS = Object.keys(FAKE_FAULTS) as FakeFault[];

async function prepared(
  { prepare }: Scenario,
  use: (parts: {
    readonly stand: Stand;
    readonly folder: string;
    readonly trouble: Trouble;
  }) => Promise<void>,
): Promise<void> {
  const trouble = new Trouble();
  await withFolder((folder) =>
    withGraph({ chooseFault: trouble.chooseFault, pageSize: 1 }, async (stand) => {
      putKey(stand);
      await prepare(stand, folder);
      await use({ stand, folder, trouble });
    }),
  );
}

describe.each(SCENARIOS)("a deployment $name", (scenario) => {
  const { desired, steps, flows } = scenario;

  it("takes these steps when nothing goes wrong", async () => {
    await prepared(scenario, async ({ stand, folder }) => {
      const before = stand.server.steps.length;

      await deploy(stand, folder, desired);

      expect(stand.server.steps.slice(before)).toEqual(steps);
    });
  });

  // What ends before the run does is for the client to get over, which one of them shows.
  const allTimes = TIMES.slice(scenario === SCENARIOS[0] ? 0 : 1);
  const cases = steps.flatMap((step, place) =>
    FAULTS.flatMap((fault) => allTimes.map((times) => ({ step, place, fault, times }))),
  );
  it.each(cases)(
    "is finished by the next run: $fault at $step ($place) $times",
    async ({ step, place, fault, times }) => {
      await prepared(scenario, async ({ stand, folder, trouble }) => {
        const lockfile = await openLockfile(folder, "default", WABA_ID);
        trouble.begin(place, fault, times);

        const first = await deploy(stand, folder, desired).catch(() => null);
        trouble.end();
        const after = await lockfile.find("feedback");
        const second = await deploy(stand, folder, desired);
        const third = await deploy(stand, folder, desired);

        // A step of its own that Meta has refused was not begun.
        const isRefused = step === "POST publish" && fault === "limited";
        const begun = first === null && !isRefused ? (PENDING[step] ?? null) : null;
        expect([null, after?.pending]).toContain(begun);
        expect(second.status).toBe("PUBLISHED");
        expect(third).toMatchObject({ flowId: second.flowId, changed: false });
        expect(stand.server.graph.flows.all.map(({ name }) => name)).toEqual(flows);
        expect(stand.server.graph.flows.find(second.flowId)).toMatchObject({
          publishedJson: desired.json,
          endpointUri: ENDPOINT,
          applicationId: "55",
        });
        const locked = await lockfile.find("feedback");
        expect(locked).toMatchObject({
          flowId: second.flowId,
          pending: null,
          status: "PUBLISHED",
        });
        expect(locked?.history.at(-1)).toMatchObject({ json: desired.json, published: true });
      });
    },
  );
});
