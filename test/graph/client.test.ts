// What is asked of the Graph API again, what never is, and what an error says.

import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  createFlow,
  listFlows,
  publishFlow,
  readFlow,
  updateFlow,
  uploadFlowJson,
} from "../../src/graph/flows.ts";
import { createGraphClient } from "../../src/graph/client.ts";
import { FAKE_FAULTS, type FakeFault } from "../../src/graph/fake/graph-server.ts";
import { GraphError, isMissing, readFailure } from "../../src/graph/graph-error.ts";
import { retryDelayMs } from "../../src/graph/retry-delay.ts";
import { readEndpointMetrics } from "../../src/graph/health.ts";
import { freePort } from "../helpers/free-port.ts";
import { ACCESS_TOKEN, faultOnce, never, type Stand, WABA_ID, withGraph } from "./graph-stand.ts";
import { flowText } from "./flow-texts.ts";

const FAILURES: readonly FakeFault[] = [
  "limited",
  "unwell",
  "dropped",
  "answer-lost",
  "answer-garbled",
];

function create({ client }: Stand, name = "feedback"): Promise<string> {
  return createFlow(client, WABA_ID, { name, categories: ["OTHER"] }, never);
}

describe("a request that may be done twice", () => {
  it.each(FAILURES)("is made again after %s", async (fault) => {
    await withGraph({ chooseFault: faultOnce("POST (node)", fault) }, async (stand) => {
      const id = await create(stand);

      await updateFlow(stand.client, id, { name: "renamed" }, never);

      expect(stand.server.steps.filter((step) => step === "POST (node)")).toHaveLength(2);
      expect(stand.server.graph.flows.find(id)?.name).toBe("renamed");
    });
  });

  it("is given up after four attempts", async () => {
    await withGraph({ chooseFault: () => "unwell" }, async (stand) => {
      await expect(readFlow(stand.client, "1", never)).rejects.toMatchObject({ code: "HTTP_503" });

      expect(stand.server.steps).toHaveLength(4);
      expect(stand.waits).toEqual([500, 1_000, 2_000]);
    });
  });

  it("is not made again when Meta says no", async () => {
    await withGraph({}, async (stand) => {
      await expect(readFlow(stand.client, "404", never)).rejects.toSatisfy(isMissing);

      expect(stand.server.steps).toHaveLength(1);
    });
  });

  it("is not made again when nobody wants it any more", async () => {
    await withGraph({ chooseFault: () => "unwell" }, async ({ url, server }) => {
      const gone = new AbortController();
      const client = createGraphClient(
        { url, version: "v25.0", accessToken: ACCESS_TOKEN },
        {
          wait: async (_ms, signal) => {
            gone.abort(new Error("nobody waits"));
            signal.throwIfAborted();
          },
        },
      );

      await expect(readFlow(client, "1", gone.signal)).rejects.toThrow("nobody waits");

      expect(server.steps).toHaveLength(1);
    });
  });
});

describe("creating and publishing", () => {
  it.each(FAILURES)("are done once, whatever comes of it: %s", async (fault) => {
    const chooseFault = faultOnce("POST flows", fault);
    await withGraph({ chooseFault }, async (stand) => {
      await expect(create(stand)).rejects.toBeInstanceOf(GraphError);

      expect(stand.server.steps).toEqual(["POST flows"]);
    });
  });

  it.each([
    { fault: "limited", outcome: "refused" },
    { fault: "answer-lost", outcome: "unknown" },
    { fault: "answer-garbled", outcome: "unknown" },
  ] as const)("tell after $fault whether it may have been done", async ({ fault, outcome }) => {
    await withGraph({ chooseFault: faultOnce("POST publish", fault) }, async (stand) => {
      const id = await create(stand);

      const failed = publishFlow(stand.client, id, never);

      await expect(failed).rejects.toMatchObject({ failure: { outcome } });
    });
  });

  it("were not done where nobody is to connect to", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const access = { url, version: "v25.0", accessToken: "token" };

    const failed = publishFlow(createGraphClient(access), "1", never);

    await expect(failed).rejects.toMatchObject({ failure: { outcome: "refused" } });
    await expect(failed).rejects.toThrow("asked to publish the flow; look at the network");
  });

  it("wait for a late answer", async () => {
    await withGraph({ chooseFault: () => "slow" }, async (stand) => {
      const id = await create(stand);

      expect(stand.server.graph.flows.find(id)?.name).toBe("feedback");
    });
  });
});

describe("a list", () => {
  it("is read to its last page", async () => {
    await withGraph({ pageSize: 2 }, async (stand) => {
      for (const name of ["a", "b", "c", "d", "e"]) await create(stand, name);

      const names = [];
      for await (const flow of listFlows(stand.client, WABA_ID, never)) names.push(flow.name);

      expect(names).toEqual(["a", "b", "c", "d", "e"]);
      expect(stand.server.steps.filter((step) => step === "GET flows")).toHaveLength(3);
    });
  });

  it("is empty for an empty account", async () => {
    await withGraph({}, async ({ client }) => {
      const first = await listFlows(client, WABA_ID, never).next();

      expect(first.done).toBe(true);
    });
  });
});

describe("an upload", () => {
  it("comes back with what is wrong, at its lines", async () => {
    await withGraph({}, async (stand) => {
      const id = await create(stand);

      const errors = await uploadFlowJson(stand.client, id, flowText({ isFaulty: true }), never);

      expect(errors).toMatchObject([
        { code: "INVALID_ROUTING_MODEL", path: "routing_model.FORM[0]" },
      ]);
      expect(errors[0]?.line).toBeGreaterThan(1);
    });
  });
});

describe("a flow's metrics", () => {
  const span = { since: "2026-11-15", until: "2026-11-22" };

  it("are requests and errors by name", async () => {
    await withGraph({ requestCount: 250 }, async (stand) => {
      const id = await create(stand);

      const metrics = await readEndpointMetrics(stand.client, id, span, never);

      expect(metrics).toEqual({
        requests: 250,
        errors: { timeout_error: 2 },
        availability: 1,
      });
    });
  });

  it("are absent while Meta has seen too few requests", async () => {
    await withGraph({ requestCount: 249 }, async (stand) => {
      const id = await create(stand);

      expect(await readEndpointMetrics(stand.client, id, span, never)).toBeNull();
    });
  });
});

describe("an answer that does not come in time", () => {
  it("is not waited for, and may have been one", async () => {
    await withGraph({ chooseFault: () => "answer-stuck" }, async ({ url }) => {
      const client = createGraphClient({ url, version: "v25.0", accessToken: ACCESS_TOKEN });
      const call = client.call(
        {
          method: "POST",
          path: [WABA_ID, "flows"],
          body: { kind: "json", value: { name: "feedback", categories: ["OTHER"] } },
          answer: z.object({}),
          operation: "create the flow",
          repeatable: false,
          timeoutMs: 1,
        },
        never,
      );

      await expect(call).rejects.toMatchObject({ code: "FAILED", failure: { outcome: "unknown" } });
    });
  });
});

function failureOf(error: object, status = 400): GraphError {
  const body = JSON.stringify({ error });
  const answer = { operation: "create the flow", isRead: false, status, body, retryAfter: null };
  return new GraphError(readFailure(answer, ACCESS_TOKEN));
}

describe("an error of the Graph API", () => {
  it("names the code, the trace, Meta's words and the next step", () => {
    const error = failureOf({
      message: "(#100) Invalid parameter",
      code: 100,
      error_subcode: 4_016,
      error_user_title: "Flow name is not unique",
      fbtrace_id: "AbC123",
    });

    expect(error.message).toBe(
      "Meta would not create the flow (code 100, subcode 4016, trace AbC123): Flow name is not unique; correct what it names; a flow's name must be unique in its account (--name)",
    );
    expect(error.failure).toMatchObject({ metaCode: 100, metaSubcode: 4016, traceId: "AbC123" });
  });

  it.each([
    {
      name: "the access token",
      text: `Malformed access token ${ACCESS_TOKEN}`,
      gone: ACCESS_TOKEN,
    },
    { name: "another token", text: `Token ${"EAAB".repeat(20)} expired`, gone: "EAABEAAB" },
    { name: "a phone number", text: "Recipient +49 (151) 2345-6789 unknown", gone: "2345" },
    { name: "an id", text: "Object 106540352242922 is gone", gone: "1065" },
  ])("never repeats $name", ({ text, gone }) => {
    const error = failureOf({ message: text, code: 190 }, 401);

    expect(error.message).not.toContain(gone);
    expect(JSON.stringify(error.failure)).not.toContain(gone);
    expect(error.message).toContain("WHATSAPP_ACCESS_TOKEN");
  });

  it("is told also where a proxy answered instead of Meta", () => {
    const failure = readFailure(
      {
        operation: "list the flows",
        isRead: true,
        status: 502,
        body: "<html>Bad Gateway</html>",
        retryAfter: null,
      },
      ACCESS_TOKEN,
    );

    expect(new GraphError(failure).message).toBe(
      "Meta would not list the flows (HTTP 502); try again",
    );
  });
});

describe("the wait before another attempt", () => {
  it("doubles, and is spread over its whole length", () => {
    expect([1, 2, 3].map((attempt) => retryDelayMs(attempt, null, 1))).toEqual([500, 1_000, 2_000]);
    expect(retryDelayMs(3, null, 0)).toBe(0);
    expect(retryDelayMs(30, null, 1)).toBe(10_000);
  });

  it("is never shorter than what Meta asks for, and ends where nobody waits", () => {
    expect(retryDelayMs(1, 7_000, 0)).toBe(7_000);
    expect(retryDelayMs(1, 3_600_000, 0)).toBeNull();
  });
});

describe("the faults of the stand-in", () => {
  it("are all told in words", () => {
    expect(Object.values(FAKE_FAULTS).every((text) => text.length > 0)).toBe(true);
  });
});
