// The phone in the terminal, as its user runs it.

import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createDatabase } from "../helpers/database.ts";
import { runOn } from "../helpers/postgres.ts";
import { makeTemporaryFolder, start } from "../helpers/spawn-server.ts";
import { requirePart } from "../parts/require-part.ts";
import { HANDLERS_DIR, openShop, type Shop } from "./book-appointment.ts";
import { makeCertificate } from "./make-certificate.ts";

const ANSWERS = path.join(HANDLERS_DIR, "book-appointment/answers.json");

/** Where no server listens. */
const NOBODY = "http://127.0.0.1:9";

const RESULT = z.strictObject({
  outcome: z.enum(["completed", "failed", "expired"]),
  screens: z.array(z.string()),
  params: z.record(z.string(), z.unknown()),
  exchanges: z.array(
    z.strictObject({
      action: z.string(),
      screen: z.string().nullable(),
      status: z.number(),
      ms: z.number(),
    }),
  ),
});

describe("simulate", () => {
  const parts: { shop?: Shop } = {};

  beforeAll(async () => {
    parts.shop = await openShop();
  });

  afterAll(() => parts.shop?.stop());

  async function simulate(...args: readonly string[]) {
    const { shop } = parts;
    if (shop === undefined) throw new Error("the server did not start");
    return shop.flowpoint("simulate", "book-appointment", "--answers", ANSWERS, ...args);
  }

  it("walks to the end and prints the result as JSON alone", async () => {
    const { status, stdout, stderr } = await simulate("--json");

    const result = RESULT.parse(JSON.parse(stdout));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(result.outcome).toBe("completed");
    expect(result.screens).toEqual(["APPOINTMENT", "DETAILS", "SUMMARY"]);
    expect(result.params).toMatchObject({ booking_id: expect.any(String) as unknown });
    expect(result.exchanges[0]).toMatchObject({ action: "INIT", screen: null, status: 200 });
    expect(result.exchanges.map(({ status: answered }) => answered)).not.toContain(0);
  });

  it("draws the screens for people on standard error, and the outcome on standard output", async () => {
    const { status, stdout, stderr } = await simulate();

    expect(status).toBe(0);
    expect(stdout).toMatch(/^completed \{"booking_id":/);
    expect(stderr).toContain("── Book an appointment (APPOINTMENT) ─");
    expect(stderr).toContain("Ada Lovelace");
    expect(stderr).toContain("[ Confirm ]");
  });

  it("prints the command that delivers the completion, ready for a shell, but not beside JSON", async () => {
    const { shop } = parts;
    if (shop === undefined) throw new Error("the server did not start");
    const { stderr } = await simulate();

    const [, command = ""] =
      /^ {2}npm run -s flowpoint -- (trigger completion .+)$/m.exec(stderr) ?? [];
    const pasted = start([], shop.environment, ["bash", "-c", `"$0" "$@" ${command}`]);
    const { status } = await pasted.exited;
    const listed = await shop.flowpoint(
      "completions",
      "list",
      "--flow",
      "book-appointment",
      "--json",
    );

    const [, bookingId = ""] = /"booking_id":"(.+?)"/.exec(stderr) ?? [];
    const messageId = pasted.output().stdout.trim();
    expect(status).toBe(0);
    expect(JSON.parse(listed.stdout)).toContainEqual(
      expect.objectContaining({
        messageId,
        matchedBy: "token",
        response: expect.objectContaining({ booking_id: bookingId }) as unknown,
      }),
    );
  });

  it("shows the booking when the same message is opened again", async () => {
    const { shop } = parts;
    const { stdout: token } = (await shop?.flowpoint(
      "token",
      "mint",
      "--flow",
      "book-appointment",
    )) ?? { stdout: "" };
    const first = RESULT.parse(
      JSON.parse((await simulate("--json", "--token", token.trim())).stdout),
    );

    const again = RESULT.parse(
      JSON.parse((await simulate("--json", "--token", token.trim())).stdout),
    );

    expect(again.screens).toEqual(["BOOKED"]);
    expect(again.params["booking_id"]).toBe(first.params["booking_id"]);
  });

  it.each([
    { fault: "bad-signature", outcome: "failed", statuses: [432] },
    { fault: "bad-tag", outcome: "failed", statuses: [421, 421] },
    { fault: "missing-token", outcome: "expired", statuses: [427] },
  ])("ends $outcome with --fault $fault", async ({ fault, outcome, statuses }) => {
    const { status, stdout } = await simulate("--json", "--fault", fault);

    const result = RESULT.parse(JSON.parse(stdout));
    expect(status).toBe(1);
    expect(result.outcome).toBe(outcome);
    expect(result.exchanges.map((exchange) => exchange.status)).toEqual(statuses);
  });

  it("fetches the public key anew after a 421, as WhatsApp does, and goes on", async () => {
    const { status, stdout } = await simulate("--json", "--fault", "wrong-key");

    const { outcome, exchanges } = RESULT.parse(JSON.parse(stdout));
    expect({ status, outcome }).toEqual({ status: 0, outcome: "completed" });
    expect(exchanges.map((exchange) => exchange.status)).toEqual([
      421,
      ...Array<number>(7).fill(200),
    ]);
  });

  it("ends failed with --fault slow where the connection is lost while the body is written", async () => {
    const { status, stdout } = await simulate("--json", "--fault", "slow", "--url", NOBODY);

    const { outcome, exchanges } = RESULT.parse(JSON.parse(stdout));
    expect({ status, outcome }).toEqual({ status: 1, outcome: "failed" });
    expect(exchanges.map((exchange) => exchange.status)).toEqual([0]);
  });

  it.each(["replay", "slow"])("completes with --fault %s", async (fault) => {
    const { stdout } = await simulate("--json", "--fault", fault);

    expect(RESULT.parse(JSON.parse(stdout)).outcome).toBe("completed");
  });

  it.each([
    {
      title: "an unknown flow",
      args: ["simulate", "no-such-flow", "--answers", ANSWERS],
      status: 1,
      says: 'no flow "no-such-flow"',
    },
    {
      title: "a file that is not there",
      args: ["simulate", "book-appointment", "--answers", "nowhere.json"],
      status: 1,
      says: "nowhere.json cannot be read",
    },
    {
      title: "an unknown fault",
      args: ["simulate", "book-appointment", "--fault", "gremlins"],
      status: 2,
      says: "bad-signature",
    },
    { title: "no flow at all", args: ["simulate"], status: 2, says: "missing required argument" },
    {
      title: "a server that is not there",
      args: ["simulate", "book-appointment", "--answers", ANSWERS, "--url", NOBODY],
      status: 1,
      says: `no server answers at ${NOBODY}/flows/book-appointment; start one with: flowpoint serve`,
    },
  ])("says what is wrong with $title", async ({ args, status, says }) => {
    const finished = await parts.shop?.flowpoint(...args);

    expect(finished?.status).toBe(status);
    expect(finished?.stderr).toContain(says);
  });

  it("asks for what is not in a file, and keeps question and answer on one line where both are piped", async () => {
    const { shop } = parts;
    if (shop === undefined) throw new Error("the server did not start");
    // Four answers, what cannot be pressed, the wish to answer again, and one answer of that.
    const command = start(["simulate", "book-appointment"], shop.environment, [
      "bash",
      "-c",
      `printf '1\\n1\\n1\\n1\\nx\\na\\n2\\n' | "$0" "$@"`,
    ]);

    const { status } = await command.exited;

    const { stdout, stderr } = command.output();
    expect({ status, stdout }).toEqual({ status: 1, stdout: "failed\n" });
    expect(stderr).toMatch(/^ {3}1 {2}Business banking$/m);
    expect(stderr.match(/^Department\* \(number\): .*$/gm)).toEqual([
      "Department* (number): 1",
      "Department* (number): 2",
    ]);
    expect(stderr).toMatch(/to quit: x\n! there is nothing of that kind to press\n/);
    expect(stderr).toMatch(/the phone was put away\n$/);
  });

  it("names the screen where an answer cannot be given", async () => {
    const { shop } = parts;
    const file = path.join(shop?.dataDir ?? "", "answers.json");
    await writeFile(file, JSON.stringify({ APPOINTMENT: { department: "no-such-department" } }));

    const args = ["simulate", "book-appointment", "--answers", file];
    const finished = await shop?.flowpoint(...args);
    const asJson = await shop?.flowpoint(...args, "--json");

    const reason =
      /APPOINTMENT: the answers cannot be given: Dropdown department takes the id .+; it offers: [\w-]+, .+/;
    expect(finished?.status).toBe(1);
    expect(finished?.stderr).toMatch(reason);
    expect(asJson?.status).toBe(1);
    expect(asJson?.stderr).toMatch(reason);
    expect(RESULT.parse(JSON.parse(asJson?.stdout ?? ""))).toMatchObject({
      outcome: "failed",
      screens: ["APPOINTMENT"],
      params: {},
      exchanges: [{ action: "INIT", status: 200 }],
    });
  });
});

describe("simulate, over HTTPS", () => {
  it("trusts the certificate of its own settings, whatever its name; another only if an authority signed it", async () => {
    const folder = await makeTemporaryFolder();
    const files = {
      TLS_CERT: path.join(folder.path, "cert.pem"),
      TLS_KEY: path.join(folder.path, "key.pem"),
    };
    const made = makeCertificate("flows.example.com");
    await writeFile(files.TLS_CERT, made.certificate);
    await writeFile(files.TLS_KEY, made.key);
    const shop = await openShop(files);
    try {
      const args = ["simulate", "book-appointment", "--answers", ANSWERS, "--json"];
      const own = await shop.flowpoint(...args);
      const foreign = await shop.flowpoint(...args, "--url", shop.url);

      expect(shop.url).toMatch(/^https:/);
      expect(RESULT.parse(JSON.parse(own.stdout)).outcome).toBe("completed");
      expect(RESULT.parse(JSON.parse(foreign.stdout)).outcome).toBe("failed");
      expect(foreign.stderr).toContain("self-signed certificate");
    } finally {
      await shop.stop();
      await folder.remove();
    }
  });
});

requirePart("postgres")("simulate, on Postgres", () => {
  it("leaves the appointment in the database", async () => {
    const databaseUrl = await createDatabase();
    const shop = await openShop({ DATABASE_URL: databaseUrl });
    try {
      const { stdout } = await shop.flowpoint(
        "simulate",
        "book-appointment",
        "--answers",
        ANSWERS,
        "--json",
      );

      const { params } = RESULT.parse(JSON.parse(stdout));
      const rows = await runOn(databaseUrl, async (client) => {
        const found = await client.query(
          'select booking_id, email from "book-appointment".appointments',
        );
        return found.rows as unknown[];
      });
      expect(rows).toEqual([{ booking_id: params["booking_id"], email: "ada@example.com" }]);
    } finally {
      await shop.stop();
    }
  });
});
