// A rotation of the key pair: its order, and that any failure is carried on from with the same key.

import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type FakeFault, FAKE_FAULTS } from "../../src/graph/fake/graph-server.ts";
import { compareKeys, readPublicKey, replacePublicKey } from "../../src/graph/public-keys.ts";
import {
  type NewKey,
  type Rotation,
  rotateKeys,
  type RotationPorts,
  type RotationProgress,
} from "../../src/graph/rotate-keys.ts";
import { parsePrivateKeys } from "../../src/protocol/private-key.ts";
import {
  clock,
  never,
  NUMBER_ID,
  type Stand,
  TIMES,
  Trouble,
  WABA_ID,
  withGraph,
} from "./graph-stand.ts";

const [OLD, NEW] = ["old", "new"].map((name) => makeKey(name)) as [NewKey, NewKey];
const OTHER_NUMBER = "106540352242923";

function makeKey(name: string): NewKey {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const bytes = privateKey.export({ type: "pkcs8", format: "pem" });
  const [key] = parsePrivateKeys({ name, bytes });
  if (key === undefined) throw new Error("no key");
  return key;
}

/** KEYS_DIR and the servers, in memory; `dyingAt` breaks the port's call of that number once. */
class Surroundings {
  state: Rotation | null = null;
  made = 0;
  loaded: boolean | null = false;
  undecryptable: number | null = 3;
  readonly retired: string[] = [];
  readonly #key: NewKey;
  #left: number;

  constructor(key: NewKey = NEW, dyingAt = Number.POSITIVE_INFINITY) {
    this.#key = key;
    this.#left = dyingAt;
  }

  get ports(): RotationPorts {
    return {
      load: async () => this.state,
      save: async (rotation) => {
        this.#step();
        this.state = rotation;
      },
      clear: async () => {
        this.#step();
        this.state = null;
      },
      readOrMakeKey: async () => {
        this.#step();
        this.made += 1;
        return this.#key;
      },
      isLoaded: async () => this.loaded,
      countUndecryptable: async () => this.undecryptable,
      retire: async (places) => {
        this.#step();
        this.retired.push(...places);
      },
    };
  }

  #step(): void {
    this.#left -= 1;
    if (this.#left === -1) throw new Error("died");
  }
}

async function rotate(
  { client }: Stand,
  { ports }: Surroundings,
  wish: { readonly loaded?: boolean; readonly retire?: boolean } = {},
): Promise<RotationProgress & { readonly steps: readonly string[] }> {
  const steps: string[] = [];
  const progress = await rotateKeys(
    {
      client,
      wabaId: WABA_ID,
      ports,
      clock,
      signal: never,
      report: (step) => {
        steps.push(step);
      },
    },
    {
      begin: () => ({ file: "keys/new.pem", old: ["keys/old.pem"] }),
      loaded: wish.loaded ?? false,
      retire: wish.retire ?? false,
    },
  );
  return { ...progress, steps };
}

async function uploadOld({ client }: Stand): Promise<void> {
  for (const id of [NUMBER_ID, OTHER_NUMBER]) await replacePublicKey(client, id, OLD, never);
}

async function verdicts({ client }: Stand, key: NewKey): Promise<readonly string[]> {
  const compared = await compareKeys(client, WABA_ID, new Set([key.fingerprint]), never);
  return compared.map(({ verdict }) => verdict);
}

const NUMBERS = { phoneNumberIds: [NUMBER_ID, OTHER_NUMBER] };

describe("a rotation", () => {
  it("gives Meta nothing until the servers have the new key", async () => {
    await withGraph(NUMBERS, async (stand) => {
      const around = new Surroundings();
      await uploadOld(stand);

      const { phase, next } = await rotate(stand, around);

      expect(phase).toBe("load");
      expect(next).toContain("every server needs keys/new.pem");
      expect(await verdicts(stand, OLD)).toEqual(["ours", "ours"]);
    });
  });

  it("goes to every number, and keeps the old key until it is told", async () => {
    await withGraph(NUMBERS, async (stand) => {
      const around = new Surroundings();
      await uploadOld(stand);
      await rotate(stand, around);
      around.loaded = true;

      const { phase, steps } = await rotate(stand, around);

      expect(phase).toBe("watch");
      expect(steps.filter((step) => step.endsWith("has the new key"))).toHaveLength(2);
      expect(await verdicts(stand, NEW)).toEqual(["ours", "ours"]);
      expect(around.retired).toEqual([]);
    });
  });

  it("tells whether the 421s grow, and retires the old key when it is told", async () => {
    await withGraph(NUMBERS, async (stand) => {
      const around = new Surroundings();
      around.loaded = true;
      await rotate(stand, around);
      around.undecryptable = 5;

      const grown = await rotate(stand, around);
      const same = await rotate(stand, around, { retire: true });

      expect(grown.steps).toEqual([
        "requests answered 421 since the last look: 2; unless flowpoint doctor made them, a server lacks one of the keys",
      ]);
      expect(same.steps).toEqual([
        "no request was answered 421 since the last look",
        "the old key is retired",
      ]);
      expect(same).toMatchObject({ phase: "done", next: null });
      expect(around).toMatchObject({ state: null, retired: ["keys/old.pem"] });
    });
  });

  it("keeps the old key when somebody has uploaded it again meanwhile", async () => {
    await withGraph(NUMBERS, async (stand) => {
      const around = new Surroundings();
      await rotate(stand, around, { loaded: true });
      await replacePublicKey(stand.client, OTHER_NUMBER, OLD, never);

      const refused = await rotate(stand, around, { retire: true });
      const done = await rotate(stand, around, { retire: true });

      expect(refused.next).toContain("the old key was kept");
      expect(done.phase).toBe("done");
      expect(await verdicts(stand, NEW)).toEqual(["ours", "ours"]);
    });
  });

  it("says so when no server can be asked", async () => {
    await withGraph(NUMBERS, async (stand) => {
      const around = new Surroundings();
      around.loaded = null;
      around.undecryptable = null;

      const asked = await rotate(stand, around);
      const told = await rotate(stand, around, { loaded: true });

      expect(asked.next).toMatch(/^no server could be asked/);
      expect(told).toMatchObject({ phase: "watch" });
    });
  });
});

const STEPS = [
  "GET phone_numbers",
  "GET whatsapp_business_encryption",
  "GET whatsapp_business_encryption",
  "POST whatsapp_business_encryption",
  "GET whatsapp_business_encryption",
  "POST whatsapp_business_encryption",
  "GET whatsapp_business_encryption",
  "GET phone_numbers",
  "GET whatsapp_business_encryption",
  "GET whatsapp_business_encryption",
];

describe("a rotation of which something goes wrong", () => {
  it("takes these steps when nothing does", async () => {
    await withGraph(NUMBERS, async (stand) => {
      await rotate(stand, new Surroundings(), { loaded: true, retire: true });

      expect(stand.server.steps).toEqual(STEPS);
    });
  });

  // The constant's own keys.
  const faults = Object.keys(FAKE_FAULTS) as FakeFault[];
  const cases = STEPS.flatMap((step, place) =>
    faults.flatMap((fault) => TIMES.map((times) => ({ step, place, fault, times }))),
  );
  it.each(cases)(
    "is finished by the next run: $fault at $step ($place) $times",
    async ({ place, fault, times }) => {
      const trouble = new Trouble();
      await withGraph({ ...NUMBERS, chooseFault: trouble.chooseFault }, async (stand) => {
        const around = new Surroundings();
        await uploadOld(stand);
        trouble.begin(place, fault, times);

        const first = await rotate(stand, around, { loaded: true, retire: true }).catch(() => null);
        trouble.end();
        // Until Meta is known to have the new key everywhere, the old one stays.
        expect(around.retired).toEqual(first === null ? [] : ["keys/old.pem"]);
        if (first === null) await rotate(stand, around, { loaded: true, retire: true });

        expect(await verdicts(stand, NEW)).toEqual(["ours", "ours"]);
        expect(around).toMatchObject({ state: null, retired: ["keys/old.pem"] });
      });
    },
  );

  it.each([0, 1, 2, 3, 4, 5, 6, 7])(
    "is finished with the same key when it dies at step %i of its own",
    async (place) => {
      await withGraph(NUMBERS, async (stand) => {
        const around = new Surroundings(NEW, place);

        await expect(rotate(stand, around, { loaded: true, retire: true })).rejects.toThrow("died");
        await rotate(stand, around, { loaded: true, retire: true });

        expect(await verdicts(stand, NEW)).toEqual(["ours", "ours"]);
        expect(around.state).toBeNull();
        expect(new Set(around.retired)).toEqual(new Set(["keys/old.pem"]));
      });
    },
  );
});

describe("the key that Meta has", () => {
  it.each(["flat", "wrapped"] as const)("is read in the %s shape", async (keyShape) => {
    await withGraph({ keyShape }, async ({ client }) => {
      const none = await readPublicKey(client, NUMBER_ID, never);
      const verdict = await replacePublicKey(client, NUMBER_ID, NEW, never);

      expect(none).toBeNull();
      expect(verdict).toBe("ours");
    });
  });

  it("is told apart: none, another's, and one whose signature does not fit", async () => {
    await withGraph(NUMBERS, async (stand) => {
      expect(await verdicts(stand, NEW)).toEqual(["none", "none"]);

      await replacePublicKey(stand.client, NUMBER_ID, OLD, never);
      await replacePublicKey(stand.client, OTHER_NUMBER, NEW, never);
      const [, other] = stand.server.graph.numbers;
      if (other !== undefined) other.signatureStatus = "MISMATCH";

      expect(await verdicts(stand, NEW)).toEqual(["foreign", "unsigned"]);
    });
  });

  it("is refused where it is no RSA key of 2048 bits", async () => {
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const publicKeyPem = publicKey.export({ type: "spki", format: "pem" }).toString();
    await withGraph({}, async ({ client }) => {
      const upload = replacePublicKey(client, NUMBER_ID, { ...NEW, publicKeyPem }, never);

      await expect(upload).rejects.toThrow("2048-bit RSA");
    });
  });
});
