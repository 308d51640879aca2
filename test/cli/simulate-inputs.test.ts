// What the phone in the terminal says of inputs that cannot be given as wished: files, dates, options. The flow has no
// endpoint, so there is no server.

import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawScreen } from "../../src/cli/simulate/draw-screen.ts";
import { parseFlowJson } from "../../src/flow-json/document.ts";
import { createPhone, enter, fill } from "../../src/phone/phone.ts";
import { view } from "../../src/phone/view.ts";
import { type Environment, makeTemporaryFolder, run, start } from "../helpers/spawn-server.ts";

const OPTIONS = Array.from({ length: 12 }, (_, i) => ({
  id: `o${i + 1}`,
  title: `Option ${i + 1}`,
}));

const FLOW_JSON = JSON.stringify({
  version: "7.1",
  screens: [
    {
      id: "CLAIM",
      title: "Claim",
      terminal: true,
      layout: {
        type: "SingleColumnLayout",
        children: [
          { type: "PhotoPicker", name: "photos", label: "Photos", "min-uploaded-photos": 1 },
          {
            type: "Dropdown",
            name: "kind",
            label: "Kind",
            required: false,
            "data-source": OPTIONS,
          },
          {
            type: "DatePicker",
            name: "day",
            label: "Day",
            required: false,
            "min-date": "2026-08-01",
            "max-date": "2026-08-31",
            "unavailable-dates": ["2026-08-15"],
          },
          {
            type: "Footer",
            label: "Send",
            "on-click-action": { name: "complete", payload: { photos: "${form.photos}" } },
          },
        ],
      },
    },
  ],
});

const PHOTO = {
  media_id: "790aba14",
  cdn_url: "https://media.example/1",
  file_name: "damage.jpg",
  encryption_metadata: {
    encrypted_hash: "a",
    iv: "b",
    encryption_key: "c",
    hmac_key: "d",
    plaintext_hash: "the-hash",
  },
};

const ELSEWHERE =
  'files are picked in the player (/player/ of the development server), whose "Copy as simulate answers file" makes an answers file that works while that server runs, or in a harness test';

describe("simulate, with inputs of every kind", () => {
  let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
  let environment: Environment;

  beforeAll(async () => {
    folder = await makeTemporaryFolder();
    environment = {
      DATA_DIR: path.join(folder.path, "data"),
      KEYS_DIR: path.join(folder.path, "keys"),
      HANDLERS_DIR: folder.path,
    };
    await mkdir(path.join(folder.path, "claim"));
    await writeFile(path.join(folder.path, "claim/flow.json"), FLOW_JSON);
  });

  afterAll(() => folder.remove());

  async function simulate(answers: object) {
    const file = path.join(folder.path, "answers.json");
    await writeFile(file, JSON.stringify(answers));
    return run(["simulate", "claim", "--answers", file], environment);
  }

  it.each([
    {
      what: "a path in place of an upload",
      answers: { photos: ["../p.jpg"] },
      says: `PhotoPicker photos takes a list of uploaded files; ${ELSEWHERE}\n`,
    },
    {
      what: "no photo at all",
      answers: {},
      says: `the footer is waiting for photos (missing); ${ELSEWHERE}\n`,
    },
    {
      what: "an option that is not offered",
      answers: { kind: "other" },
      says: "; it offers: o1, o2, o3, o4, o5, o6, o7, o8, o9, o10, and 2 more\n",
    },
    {
      what: "a day that cannot be picked",
      answers: { day: "2026-09-01" },
      says: "a date that can be picked; write YYYY-MM-DD, min-date is 2026-08-01, max-date is 2026-08-31, unavailable-dates is 2026-08-15\n",
    },
    {
      what: "an input that is not there",
      answers: { photo: [] },
      says: "no input called photo is shown on CLAIM; it shows: photos, kind, day\n",
    },
  ])("tells the remedy for $what", async ({ answers, says }) => {
    const { status, stderr } = await simulate({ CLAIM: answers });

    expect(status).toBe(1);
    expect(stderr).toContain("CLAIM: the answers cannot be given: ");
    expect(stderr.slice(-says.length)).toBe(says);
  });

  it("tells at the terminal that files are picked elsewhere, and what the Footer waits for", async () => {
    const command = start(["simulate", "claim"], environment, [
      "bash",
      "-c",
      `printf '1\\n2026-08-02\\nx\\nq\\n' | "$0" "$@"`,
    ]);

    const { status } = await command.exited;

    const { stderr } = command.output();
    expect(status).toBe(1);
    expect(stderr).toContain(
      `! Photos*: ${ELSEWHERE}\n! "Send" waits for: photos (missing)\nb for back, a to answer again, q to quit: x\n`,
    );
    expect(stderr.split(ELSEWHERE)).toHaveLength(2);
  });

  it("takes a photo that the player copied, and gives the command its id as a chat would", async () => {
    const { status, stdout, stderr } = await simulate({ CLAIM: { photos: [PHOTO] } });

    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^completed \{"photos":/) as unknown,
    });
    expect(stderr).toContain(
      `--response '{"photos":[{"id":"790aba14","file_name":"damage.jpg","mime_type":"application/octet-stream","sha256":"the-hash"}]}'`,
    );
  });

  it("draws a picked file by its name", () => {
    const { state } = enter(createPhone(parseFlowJson(FLOW_JSON), { flowToken: "t" }), {
      action: "navigate",
    });

    const drawn = drawScreen(view(fill(state, "photos", [PHOTO]).state));

    expect(drawn).toMatch(/^ {2}Photos\*: damage\.jpg$/m);
  });
});
