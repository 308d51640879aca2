// What do the parts of an exchange cost by themselves, warm and in this process? All of them together are the floor that
// the server's own cost stands on.

import { constants, type KeyObject, privateDecrypt } from "node:crypto";
import { type Envelope, openEnvelope, parseEnvelope } from "../src/protocol/envelope.ts";
import { createKeyRing } from "../src/protocol/key-ring.ts";
import { parsePrivateKeys } from "../src/protocol/private-key.ts";
import { parseRequest } from "../src/protocol/request.ts";
import { verifySignature } from "../src/protocol/signature.ts";
import { createPhone, type SignedRequest } from "../test/helpers/phone.ts";
import { createSecrets, type ServerSecrets } from "./secrets.ts";
import type { Figure } from "./figure.ts";
import { median } from "./statistics.ts";

const ROUNDS = 9;
const CALLS = 5_000;
const UNWRAPS = 1_000;
/** As many as there may be unwraps under way. */
const UNDER_WAY = 16;
const COPIES = [1, 2, 4];

/** An answer as the `echo` flow gives it, some 900 bytes. */
const ANSWER = JSON.stringify({ screen: "CHOOSE", data: { text: "x".repeat(870) } });

type Part = {
  readonly key: string;
  readonly label: string;
  /** Microseconds of one call. */
  readonly measure: () => Promise<number>;
};

export async function measureOpenSeal(
  note: (progress: string) => void,
): Promise<readonly Figure[]> {
  const parts = await createParts(createSecrets());
  const samples = new Map(parts.map(({ key }) => [key, [] as number[]]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { key, measure } of parts) {
      const micros = await measure();
      // The first round is the compiler's.
      if (round > 0) samples.get(key)?.push(micros);
    }
    if (round > 0) note(`round ${round} of ${ROUNDS}`);
  }
  const micros = parts.map(({ key, label }) => ({
    key: `openSeal.${key}`,
    label,
    unit: "µs",
    samples: samples.get(key) ?? [],
  }));
  return [...micros, floorOf(samples)];
}

async function createParts(secrets: ServerSecrets): Promise<readonly Part[]> {
  const { body, headers } = requestOf(secrets);
  const envelope = parseEnvelope(body);
  const header = headers["x-hub-signature-256"];
  const aesKey = unwrapHere(secrets.privateKey, envelope);
  const withoutRsa = { unwrap: async () => Buffer.from(aesKey) };
  const { clearText } = await openEnvelope(envelope, withoutRsa);
  const pem = secrets.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const rings = COPIES.map(async (copies) => {
    const ring = await createKeyRing(parsePrivateKeys({ name: "the key", bytes: pem }), { copies });
    const wrapped = Buffer.from(envelope.encryptedAesKey, "base64");
    return {
      key: `unwrap${copies}`,
      label: `RSA, ${copies} ${copies === 1 ? "copy" : "copies"} of the key, time between results`,
      measure: () => timeManyAtOnce(UNWRAPS, () => ring.unwrap(wrapped)),
    };
  });
  return [
    {
      key: "signature",
      label: "signature of the body",
      measure: () => time(() => verifySignature(header, body, [secrets.appSecret])),
    },
    { key: "envelope", label: "envelope parsed", measure: () => time(() => parseEnvelope(body)) },
    {
      key: "open",
      label: "opened, without RSA",
      measure: () => timeInTurn(() => openEnvelope(envelope, withoutRsa)),
    },
    { key: "request", label: "request parsed", measure: () => time(() => parseRequest(clearText)) },
    {
      key: "seal",
      label: "answer sealed",
      measure: async () => {
        const opened = Array.from({ length: CALLS }, () => openEnvelope(envelope, withoutRsa));
        const seals = (await Promise.all(opened)).values();
        return time(() => seals.next().value?.seal(ANSWER));
      },
    },
    {
      key: "rsa",
      label: "RSA by OpenSSL on the event loop",
      measure: () => time(() => unwrapHere(secrets.privateKey, envelope), UNWRAPS),
    },
    ...(await Promise.all(rings)),
  ];
}

function requestOf({ publicKey, appSecret }: ServerSecrets): SignedRequest {
  return createPhone(publicKey, appSecret).request({
    version: "3.0",
    action: "data_exchange",
    screen: "CHOOSE",
    flow_token: "x".repeat(250),
    data: { trigger: "submitted", slot: "slot-2", note: "Second bell, please." },
  });
}

function unwrapHere(key: KeyObject, { encryptedAesKey }: Envelope): Buffer {
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return privateDecrypt(
    { key, padding, oaepHash: "sha256" },
    Buffer.from(encryptedAesKey, "base64"),
  );
}

async function time(call: () => unknown, calls = CALLS): Promise<number> {
  const startedMs = performance.now();
  for (let i = 0; i < calls; i += 1) call();
  return ((performance.now() - startedMs) * 1000) / calls;
}

async function timeInTurn(call: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  for (let i = 0; i < CALLS; i += 1) await call();
  return ((performance.now() - startedMs) * 1000) / CALLS;
}

async function timeManyAtOnce(calls: number, call: () => Promise<unknown>): Promise<number> {
  let started = 0;
  const work = async (): Promise<void> => {
    while (started < calls) {
      started += 1;
      await call();
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: UNDER_WAY }, work));
  return ((performance.now() - startedMs) * 1000) / calls;
}

/** All that an exchange cannot do without, beside RSA. */
function floorOf(samples: ReadonlyMap<string, readonly number[]>): Figure {
  const rsa = median(samples.get("rsa") ?? []);
  const needed = ["signature", "envelope", "open", "request", "seal"];
  const ratios = Array.from({ length: ROUNDS }, (_, round) => {
    const micros = needed.map((key) => samples.get(key)?.[round] ?? NaN);
    return micros.reduce((sum, each) => sum + each, 0) / rsa;
  });
  return { key: "openSeal.floor", label: "all but RSA ÷ RSA", unit: "×", samples: ratios };
}
