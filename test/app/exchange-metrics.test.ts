// What is counted of the endpoint, under the names that dashboards rely on, with labels that stay bounded.

import { describe, expect, it } from "vitest";
import { goBack, open, PING, submitDetails, drillWith } from "../endpoint/drill-with.ts";
import { buildServer, submit, type TestServer } from "../helpers/build-server.ts";

async function linesOf(server: TestServer, metric: string): Promise<readonly string[]> {
  const { text } = await server.metrics.scrape();
  return text
    .split("\n")
    .filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `));
}

describe("the endpoint's metrics", () => {
  it("tell how many requests wait to be decrypted", async () => {
    await using server = await buildServer({ handlers: [] });
    server.metrics.watchAdmission(() => 7);

    expect(await linesOf(server, "flowpoint_admission_waiting")).toEqual([
      "flowpoint_admission_waiting 7",
    ]);
  });

  it("count requests by flow, action as Meta spells it, and status", async () => {
    await using server = await buildServer({ handlers: [drillWith({})] });
    const token = server.mint();
    await server.send(open(token));
    await server.send(submit(token, "show"));
    await server.send(submit(token, "show"));
    await server.send(goBack(token));
    await server.send(PING);
    await server.send({ data: { error: "timeout_error" } });
    await server.send(open("x"));

    const lines = await linesOf(server, "flowpoint_exchange_requests_total");

    expect(lines.toSorted()).toEqual([
      'flowpoint_exchange_requests_total{flow="drill",action="BACK",status="200"} 1',
      'flowpoint_exchange_requests_total{flow="drill",action="INIT",status="200"} 1',
      'flowpoint_exchange_requests_total{flow="drill",action="INIT",status="427"} 1',
      'flowpoint_exchange_requests_total{flow="drill",action="data_exchange",status="200"} 2',
      'flowpoint_exchange_requests_total{flow="drill",action="error_notification",status="200"} 1',
      'flowpoint_exchange_requests_total{flow="drill",action="ping",status="200"} 1',
    ]);
  });

  it("know no flow and no action but their own, whatever strangers send", async () => {
    await using server = await buildServer({ handlers: [drillWith({})] });
    await server.deliver(server.phone.request(PING), "CANARY");
    await server.send({ action: "CANARY" });
    await server.send("CANARY");
    await server.send({ ...submit(server.mint(), "CANARY", "CANARY"), screen: "CANARY" });
    await server.send({ data: { error: "CANARY" } });
    await server.deliver(server.phone.request(PING), "drill", {
      headers: { "content-type": "application/json", "x-hub-signature-256": "CANARY" },
    });

    const { text } = await server.metrics.scrape();

    expect(text).not.toContain("CANARY");
    expect(await linesOf(server, "flowpoint_exchange_requests_total")).toContain(
      'flowpoint_exchange_requests_total{flow="unknown",action="unknown",status="432"} 1',
    );
  });

  it("measure how long answers took, with bounds where Meta's alerts lie", async () => {
    await using server = await buildServer({ handlers: [drillWith({})] });
    await server.send(PING);

    const lines = await linesOf(server, "flowpoint_exchange_duration_seconds_bucket");

    const bounds = lines.map((line) => /le="([^"]+)"/.exec(line)?.[1]);
    for (const bound of ["0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "7", "10", "+Inf"]) {
      expect(bounds).toContain(bound);
    }
  });

  it("count what went wrong although a fallback answered 200", async () => {
    await using server = await buildServer({ handlers: [drillWith({})] });
    const token = server.mint();
    await server.send({ ...submit(token, "show"), data: {} });
    await server.send(submitDetails(token, { count: "many" }));

    const lines = await linesOf(server, "flowpoint_exchange_faults_total");

    expect(lines).toEqual([
      'flowpoint_exchange_faults_total{flow="drill",fault="INPUT_REFUSED"} 2',
    ]);
  });
});
