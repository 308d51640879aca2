// 200 phones race for the last place of one time, through the real server over HTTP, on both databases.

import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createFlowTokens } from "../../src/protocol/flow-token.ts";
import { flow } from "../../handlers/book-appointment/contract.gen.ts";
import { createDatabase } from "../helpers/database.ts";
import { createPhone } from "../helpers/phone.ts";
import {
  makeTemporaryFolder,
  SPAWNED_SECRETS,
  type SpawnedServer,
  spawnedKeys,
  spawnServer,
} from "../helpers/spawn-server.ts";
import { requirePart } from "../parts/require-part.ts";

const HANDLERS_DIR = fileURLToPath(new URL("../../handlers", import.meta.url));
const PHONES = 200;
const MAX_TAPS = 10;

/** Of the demonstration data: in Berlin, one desk serves one customer of this department at a time. */
const DEPARTMENT = "business-banking";

const answerSchema = z.object({
  screen: z.string(),
  data: z.looseObject({
    error_message: z.string().optional(),
    location: z
      .union([z.string(), z.array(z.object({ id: z.string(), title: z.string() }))])
      .optional(),
    date: z.union([z.string(), z.array(z.object({ id: z.string() }))]).optional(),
    time: z.union([z.string(), z.array(z.object({ id: z.string() }))]).optional(),
  }),
});
type Answer = z.output<typeof answerSchema>;

const [appSecret = ""] = SPAWNED_SECRETS.WHATSAPP_APP_SECRET.split(",");
const phone = createPhone(spawnedKeys.publicKey, appSecret);
const tokens = createFlowTokens([SPAWNED_SECRETS.FLOW_TOKEN_SECRET]);

function mintToken(id: string): string {
  const expiresAtSeconds = Math.floor(Date.now() / 1000) + 3600;
  const { name, contractHash } = flow;
  return tokens.mint({ flow: name, contractHash, id, expiresAtSeconds, claims: {} });
}

/** One person with the form open. */
type Person = (screen: string, data: object) => Promise<Answer>;

function personAt(url: string, flowToken: string): Person {
  return async (screen, data) => {
    const action = screen === "" ? "INIT" : "data_exchange";
    const clear = { version: "3.0", action, screen, data, flow_token: flowToken };
    for (let taps = 0; ; taps++) {
      const { body, headers, decrypt } = phone.request(clear);
      const request = { method: "POST", headers, body };
      const response = await fetch(`${url}/flows/book-appointment`, request);
      const answer = await response.text();
      if (response.status === 200) return answerSchema.parse(JSON.parse(decrypt(answer)));
      // Where nothing can be shown again WhatsApp says that something went wrong, and people tap once more.
      if (response.status < 500 || taps === MAX_TAPS) {
        throw new Error(`the endpoint answered ${response.status}`);
      }
    }
  };
}

function firstId(list: Answer["data"]["time"]): string {
  const [first] = Array.isArray(list) ? list : [];
  if (first === undefined) throw new Error("nothing is offered");
  return first.id;
}

/** The first whose answer shows such a screen. */
function contestant(
  people: readonly Person[],
  answers: readonly Answer[],
  isWanted: (screen: string) => boolean,
): { readonly person: Person; readonly answer: Answer } {
  const at = answers.findIndex(({ screen }) => isWanted(screen));
  const [person, answer] = [people[at], answers[at]];
  if (person === undefined || answer === undefined) throw new Error("nobody saw that screen");
  return { person, answer };
}

/** From DETAILS, where a hold has led, to the end. */
async function finish(person: Person, details: Answer): Promise<Answer> {
  const { department, location, date, time } = details.data;
  const place = { department, location, date, time };
  const typed = { name: "Ada", email: "ada@example.com", phone: "+442079460000", more_details: "" };
  const summary = await person("DETAILS", { ...place, ...typed });
  expect(summary.screen).toBe("SUMMARY");
  return person("SUMMARY", { ...place, ...typed, terms: true });
}

function describeRace(databaseUrl: () => Promise<string | undefined>): void {
  const parts: { server?: SpawnedServer; remove?: () => Promise<void> } = {};

  beforeAll(async () => {
    const folder = await makeTemporaryFolder();
    parts.remove = folder.remove;
    parts.server = await spawnServer(folder.path, {
      HANDLERS_DIR,
      DATABASE_URL: await databaseUrl(),
      RATE_LIMIT_PER_SECOND: "100000",
      EXCHANGE_DEADLINE_MS: "9000",
    });
  });

  afterAll(async () => {
    await parts.server?.stop();
    await parts.remove?.();
  });

  it("books one, tells 199 on the screen, and books one of these at another time", async () => {
    const url = parts.server?.url ?? "";
    const scout = personAt(url, mintToken("scout"));
    await scout("", {});
    const { data: locations } = await scout("APPOINTMENT", {
      trigger: "department_selected",
      department: DEPARTMENT,
    });
    const berlin = Array.isArray(locations.location)
      ? locations.location.find(({ title }) => title.startsWith("Berlin"))
      : undefined;
    const counter = { department: DEPARTMENT, location: berlin?.id ?? "" };
    const { data: dates } = await scout("APPOINTMENT", {
      trigger: "location_selected",
      ...counter,
    });
    const day = { ...counter, date: firstId(dates.date) };
    const { data: times } = await scout("APPOINTMENT", { trigger: "date_selected", ...day });
    const wanted = { trigger: "time_selected", ...day, time: firstId(times.time) };
    const people = await Promise.all(
      Array.from({ length: PHONES }, async (_, i) => personAt(url, mintToken(`phone-${i}`))),
    );

    const answers = await Promise.all(people.map((person) => person("APPOINTMENT", wanted)));

    const winners = answers.flatMap((answer, i) => (answer.screen === "DETAILS" ? [i] : []));
    const told = answers.filter(
      ({ screen, data }) =>
        screen === "APPOINTMENT" && data.error_message?.includes("taken") === true,
    );
    expect(winners).toHaveLength(1);
    expect(told).toHaveLength(PHONES - 1);

    const winner = contestant(people, answers, (screen) => screen === "DETAILS");
    const loser = contestant(people, answers, (screen) => screen === "APPOINTMENT");
    const booked = await finish(winner.person, winner.answer);
    const other = { ...wanted, time: firstId(loser.answer.data.time) };
    const alsoBooked = await finish(loser.person, await loser.person("APPOINTMENT", other));

    expect(other.time).not.toBe(wanted.time);
    expect(booked.screen).toBe("SUCCESS");
    expect(alsoBooked.screen).toBe("SUCCESS");
  }, 60_000);
}

describe("the last place, on the embedded database", () => {
  describeRace(async () => undefined);
});

requirePart("postgres")("the last place, on Postgres", () => {
  describeRace(() => createDatabase());
});
