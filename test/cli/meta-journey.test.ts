// From an empty account to a flow that is published, sent, answered, changed and put back, without leaving this machine.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHealthCheck } from "../../src/graph/fake/health-check.ts";
import {
  type Finished,
  SPAWNED_SECRETS,
  type SpawnedServer,
  spawnServer,
} from "../helpers/spawn-server.ts";
import { type MetaSide, openMetaSide } from "./flows-at-meta.ts";

const ADMIN_TOKEN = "admin-token-of-the-tests-0123456789";
const USER = "4915112345678";

type Parts = { readonly meta: MetaSide; readonly server: SpawnedServer };
const opened: { parts?: Parts } = {};

/** As Meta asks before a flow is published. */
const isEndpointWell = createHealthCheck({
  findAppSecret: async () => SPAWNED_SECRETS.WHATSAPP_APP_SECRET.split(",")[0] ?? null,
  tls: {},
  report: () => {},
});

beforeAll(async () => {
  const meta = await openMetaSide({ isEndpointWell });
  const server = await spawnServer(meta.env["DATA_DIR"] ?? "", { ...meta.env, ADMIN_TOKEN });
  opened.parts = { meta, server };
});

afterAll(async () => {
  await opened.parts?.server.stop();
  await opened.parts?.meta.stop();
});

function parts(): Parts {
  if (opened.parts === undefined) throw new Error("the server did not start");
  return opened.parts;
}

function flowpoint(...args: readonly string[]): Promise<Finished> {
  const { meta, server } = parts();
  return meta.flowpoint(args, {
    PUBLIC_URL: server.url,
    PORT: new URL(server.url).port,
    ADMIN_PORT: new URL(server.adminUrl).port,
  });
}

async function succeed(...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await flowpoint(...args);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return stdout.trim();
}

async function json(...args: readonly string[]): Promise<unknown> {
  return JSON.parse(await succeed(...args, "--json"));
}

/** What the stand-in has. */
function flowAtMeta() {
  return parts().meta.graph.graph.flows.all[0];
}

/** A completion that has lost its token, as on some phones; resolves when the server has matched it. */
async function answer(messageId: string): Promise<unknown> {
  const response = JSON.stringify({ line: "Thank you!" });
  const args = ["--answers", messageId, "--no-token", "--response", response];
  const triggered = await json("trigger", "completion", "feedback", ...args);
  // As the command prints it.
  const [completionId] = (triggered as { readonly messageIds: readonly string[] }).messageIds;
  for (;;) {
    // As the command prints it.
    const completions = (await json("completions", "list", "--state", "done")) as {
      readonly messageId: string;
    }[];
    const found = completions.find((completion) => completion.messageId === completionId);
    if (found !== undefined) return found;
  }
}

describe("from an empty account to a published flow", () => {
  // Each step needs those before it: one test tells the story.
  it(
    "goes step by step, and a second deployment changes nothing",
    { timeout: 180_000 },
    async () => {
      expect(await succeed("flows", "plan")).toContain("to be created");
      expect(flowAtMeta()).toBeUndefined();

      expect(await succeed("flows", "deploy", "feedback", "--category", "SURVEY")).toMatch(
        /^feedback: deployed, DRAFT \d+$/,
      );
      const early = await flowpoint("flows", "publish", "feedback");
      expect(early).toMatchObject({ status: 1 });
      expect(early.stderr).toContain("Missing Flows Signed Public Key");

      await succeed("keys", "upload");
      expect(await json("keys", "status")).toMatchObject([{ key: "ours" }]);
      expect(await succeed("flows", "publish", "feedback")).toBe("feedback: published, PUBLISHED");
      expect(flowAtMeta()).toMatchObject({
        status: "PUBLISHED",
        categories: ["SURVEY"],
        endpointUri: `${parts().server.url}/flows/feedback`,
      });

      const steps = parts().meta.graph.steps.length;
      expect(await succeed("flows", "deploy", "--publish")).toMatch(
        /^feedback: nothing to change, /,
      );
      expect(
        parts()
          .meta.graph.steps.slice(steps)
          .filter((s) => !s.startsWith("GET ")),
      ).toEqual([]);
      expect(await json("flows", "status")).toMatchObject([
        { flow: "feedback", status: "PUBLISHED", health: { canSend: "AVAILABLE" }, pending: null },
      ]);
      expect(await succeed("flows", "status", "--metrics")).toMatch(
        /^feedback +Meta, seven days +- +too few requests to tell +-\nfeedback +here, since its start +0 +none +-$/m,
      );
      expect(await succeed("flows", "preview", "feedback")).toMatch(/\/preview\/\?token=/);
    },
  );

  it(
    "sends, and matches an answer by the message it answers alone",
    { timeout: 60_000 },
    async () => {
      const sent = await flowpoint("send", "--to", USER, "--flow", "feedback");

      expect(sent).toMatchObject({ status: 0, stderr: "" });
      expect(sent.stdout).not.toContain(USER);
      expect(await answer(sent.stdout.trim())).toMatchObject({
        flow: "feedback",
        flowToken: null,
        matchedBy: "sent-message",
        response: { line: "Thank you!" },
      });
    },
  );

  it("sends through the running server, too", { timeout: 60_000 }, async () => {
    const response = await fetch(`${parts().server.adminUrl}/send`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${ADMIN_TOKEN}` },
      body: JSON.stringify({ to: USER, flow: "feedback" }),
    });

    expect(response.status).toBe(200);
    // As the route answers it.
    const { messageId } = (await response.json()) as { readonly messageId: string };
    expect(await answer(messageId)).toMatchObject({ matchedBy: "sent-message" });
  });

  it(
    "plans a changed screen, deploys it, and puts the old one back",
    { timeout: 120_000 },
    async () => {
      const before = flowAtMeta()?.publishedJson ?? "";
      await parts().meta.edit('"line": "${form.line}"', '"words": "${form.line}"');

      const plan = await succeed("flows", "plan", "feedback");
      expect(plan).toMatch(/^ +- +"line": "\$\{form\.line\}"\n +\+ +"words": "\$\{form\.line\}"$/m);
      expect(plan).toContain("breaking: what screen FORM sends has changed");
      expect(plan).toContain("2 unexpired messages are cut off");
      const dry = await succeed("flows", "deploy", "feedback", "--publish", "--dry-run");
      expect(dry).toBe(plan);
      expect(flowAtMeta()?.json).toBe(before);

      expect(await succeed("flows", "deploy", "feedback", "--publish")).toContain("PUBLISHED");
      expect(flowAtMeta()?.publishedJson).toContain('"words"');

      expect(await succeed("flows", "rollback", "feedback", "--publish")).toMatch(
        /^feedback: back at [0-9a-f]{12}, PUBLISHED$/,
      );
      expect(flowAtMeta()?.publishedJson).toBe(before);
      await succeed("flows", "pull", "feedback", "--force");
      expect(await succeed("flows", "deploy", "feedback")).toContain("nothing to change");
    },
  );

  it("ends for good when it is deprecated", { timeout: 60_000 }, async () => {
    expect(await flowpoint("flows", "deprecate", "feedback")).toMatchObject({ status: 2 });
    expect(await succeed("flows", "deprecate", "feedback", "--yes")).toContain("DEPRECATED");

    const { status, stderr } = await flowpoint("flows", "deploy", "feedback");
    expect(status).toBe(1);
    expect(stderr).toContain("deploy it as a new one with --new --name <name>");
  });
});
