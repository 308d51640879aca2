// Turns a case of the corpus into bytes to send. It knows how requests are made and nothing of what a server answers.

import { createPublicKey, type KeyObject, randomBytes } from "node:crypto";
import {
  encrypt,
  type Encrypted,
  type Encryption,
  type EnvelopeField,
  sign,
  spell,
  writeEnvelope,
} from "../helpers/phone.ts";
import type {
  Build,
  ByteChange,
  ClearText,
  CorpusCase,
  Piece,
  Spelling,
  Text,
  TokenKind,
} from "./corpus-case.ts";
import type { Afterwards } from "./raw-client.ts";

/** The server that a case is meant for. */
export type CorpusTarget = {
  readonly publicKey: KeyObject;
  readonly appSecret: string;
  readonly previousAppSecret: string;
  /** Stands in every text that nobody must find in a log. */
  readonly canary: string;
  /** A flow token of a kind that only the server's secret can make. */
  readonly mint: (kind: MintedKind) => string;
};

export type MintedKind = Exclude<
  Extract<TokenKind, string>,
  "none" | "alg none" | "of another secret"
>;

export type BuiltRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly decrypt: (answer: string) => string;
};

export type BuiltCase = {
  readonly before: readonly BuiltRequest[];
  /** The case's request. A second call encrypts the same clear text anew. */
  readonly makeRequest: () => BuiltRequest;
  /** The bytes of a raw case. */
  readonly raw: {
    readonly bytes: Buffer;
    readonly afterwards: Afterwards;
  } | null;
  /** The flow tokens it sends, which are nobody's business either. */
  readonly tokens: readonly string[];
};

type Variables = Readonly<Record<string, string>>;

const FIELDS: readonly EnvelopeField[] = [
  "encrypted_flow_data",
  "encrypted_aes_key",
  "initial_vector",
];

export async function buildCase({ build }: CorpusCase, target: CorpusTarget): Promise<BuiltCase> {
  const clearTexts = [...(build.before ?? []), build.clear ?? ({ base: "ping" } as const)];
  const variables = { canary: target.canary };
  const tokens = new Map<string, string | null>();
  for (const clear of clearTexts) {
    const kind = "base" in clear ? (clear.token ?? "good") : "none";
    const key = JSON.stringify(kind);
    if (!tokens.has(key)) tokens.set(key, await makeToken(kind, target, variables));
  }
  const clearBytes = clearTexts.map((clear) => {
    const kind = "base" in clear ? (clear.token ?? "good") : "none";
    return writeClear(clear, tokens.get(JSON.stringify(kind)) ?? null, variables);
  });
  const own = clearBytes.at(-1) ?? Buffer.alloc(0);
  const makeRequest = (): BuiltRequest => makeOne(build, own, target, variables);
  return {
    before: clearBytes.slice(0, -1).map((clear) => makeOne({}, clear, target, variables)),
    makeRequest,
    raw: build.raw === undefined ? null : makeRaw(build.raw, makeRequest(), variables),
    tokens: [...tokens.values()].filter((token) => token !== null && token.length > 8) as string[],
  };
}

/** The text's bytes. */
export function expand(text: Text, variables: Variables = {}): Buffer {
  const pieces: readonly Piece[] = isPieces(text) ? text : [text];
  return Buffer.concat(
    pieces.map((piece) => {
      if (typeof piece === "string") return Buffer.from(fill(piece, variables));
      const { times = 1 } = piece;
      return "hex" in piece
        ? Buffer.alloc((piece.hex.length / 2) * times, piece.hex, "hex")
        : Buffer.from(fill(piece.repeat, variables).repeat(times));
    }),
  );
}

function isPieces(text: Text): text is readonly Piece[] {
  return Array.isArray(text);
}

/** Puts values in the place of `{name}`; a name that is not among them stands for itself. */
export function fill(text: string, variables: Variables): string {
  return text.replaceAll(/\{([\w:-]+)\}/g, (all, name: string) => variables[name] ?? all);
}

function makeOne(
  build: Build,
  clear: Buffer,
  target: CorpusTarget,
  variables: Variables,
): BuiltRequest {
  const encrypted = encryptFor(build, clear, target);
  const body =
    build.body === undefined
      ? envelopeOf(build, encrypted, clear, target, variables)
      : expand(build.body, variables);
  const headers: Record<string, string | null> = {
    "content-type": "application/json",
    ...signatureOf(build, body, target, variables),
    ...build.http?.headers,
  };
  return {
    method: build.http?.method ?? "POST",
    path: expand(build.http?.path ?? "/flows/drill", variables).toString(),
    headers: Object.fromEntries(
      Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null),
    ),
    body: changeAfterSigning(build.afterSigning, body),
    decrypt: encrypted.decrypt,
  };
}

function encryptFor({ encryption = {} }: Build, clear: Buffer, target: CorpusTarget): Encrypted {
  const { publicKey, aesKeyBytes, ivBytes, additionalData, ...rest } = encryption;
  const options: Encryption = {
    ...rest,
    ...(aesKeyBytes === undefined ? {} : { aesKey: randomBytes(aesKeyBytes) }),
    ...(ivBytes === undefined ? {} : { iv: randomBytes(ivBytes) }),
    ...(additionalData === undefined ? {} : { additionalData: Buffer.from(additionalData) }),
  };
  const key =
    publicKey === undefined
      ? target.publicKey
      : keyOfNobody(publicKey === "4096-bit" ? 4096 : 2048);
  return encrypt(key, clear, options);
}

/** Encrypting takes any modulus; a private key to it is what the server must not have. */
function keyOfNobody(bits: number): KeyObject {
  const modulus = randomBytes(bits / 8);
  modulus[0] = 0xff;
  modulus[modulus.length - 1] = 0xff;
  return createPublicKey({
    key: { kty: "RSA", n: modulus.toString("base64url"), e: "AQAB" },
    format: "jwk",
  });
}

function envelopeOf(
  { bytes = {}, spelling = {}, envelope }: Build,
  { fields }: Encrypted,
  clear: Buffer,
  target: CorpusTarget,
  variables: Variables,
): Buffer {
  const changed = FIELDS.map((field): [EnvelopeField, Buffer] => {
    const change = bytes[field];
    return [
      field,
      change === undefined
        ? fields[field]
        : changeBytes(field, fields[field], change, clear, target),
    ];
  });
  // Made from the list of all fields.
  const spelled = spell(Object.fromEntries(changed) as Record<EnvelopeField, Buffer>);
  const members = Object.fromEntries(
    FIELDS.map((field) => [field, respell(spelled[field], spelling[field])]),
  );
  return writeChanged(members, envelope, variables);
}

function writeChanged(
  members: Readonly<Record<string, string>>,
  change: Build["envelope"],
  variables: Variables,
): Buffer {
  if (change === undefined) return writeEnvelope(members);
  if ("set" in change) {
    const set = JSON.parse(fill(JSON.stringify(change.set), variables)) as object;
    return writeEnvelope({ ...members, ...set });
  }
  if ("remove" in change) {
    const removed: readonly string[] = change.remove;
    return writeEnvelope(
      Object.fromEntries(Object.entries(members).filter(([name]) => !removed.includes(name))),
    );
  }
  const text = writeEnvelope(members).toString();
  if ("padTo" in change) return Buffer.from(text + " ".repeat(change.padTo - text.length));
  return expand(change.text, {
    ...variables,
    envelope: text,
    "envelope:-1": text.slice(0, -1),
    members: text.slice(1, -1),
  });
}

function changeBytes(
  field: EnvelopeField,
  bytes: Buffer,
  change: ByteChange,
  clear: Buffer,
  target: CorpusTarget,
): Buffer {
  if ("truncate" in change) return bytes.subarray(0, change.truncate);
  if ("append" in change) return Buffer.concat([bytes, Buffer.from(change.append, "hex")]);
  if ("prepend" in change) return Buffer.concat([Buffer.from(change.prepend, "hex"), bytes]);
  if ("tagFirst" in change) return Buffer.concat([bytes.subarray(-16), bytes.subarray(0, -16)]);
  if ("invert" in change) return Buffer.from(bytes.map((byte) => byte ^ 0xff));
  if ("number" in change) return numberBytes(change.number, target.publicKey);
  if ("of" in change) return encrypt(target.publicKey, clear).fields[field];
  const at = change.flip < 0 ? bytes.length + change.flip : change.flip;
  return Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)));
}

function numberBytes(
  which: Extract<ByteChange, { readonly number: string }>["number"],
  publicKey: KeyObject,
): Buffer {
  const modulus = Buffer.from(publicKey.export({ format: "jwk" }).n ?? "", "base64url");
  switch (which) {
    case "0":
      return Buffer.alloc(modulus.length);
    case "1":
      return Buffer.concat([Buffer.alloc(modulus.length - 1), Buffer.from([1])]);
    case "n":
      return modulus;
    case "n-1":
      // A modulus is odd.
      return Buffer.from(modulus.map((byte, at) => (at === modulus.length - 1 ? byte - 1 : byte)));
    case "ones":
      return Buffer.alloc(modulus.length, 0xff);
    case "random":
      // A modulus has its highest bit set.
      return Buffer.concat([Buffer.from([0x7f]), randomBytes(modulus.length - 1)]);
  }
}

function respell(base64: string, spelling: Spelling | undefined): string {
  if (spelling === undefined) return base64;
  switch (spelling) {
    case "base64url":
      return base64.replaceAll("+", "-").replaceAll("/", "_");
    case "unpadded":
      return base64.replaceAll("=", "");
    case "unused-bits":
      // 256 bytes end in a digit of which four bits are not used.
      return base64.replace(
        /[AQgw]==$/,
        (end) => `${{ A: "B", Q: "R", g: "h", w: "x" }[end[0] ?? ""]}==`,
      );
    default:
      return "append" in spelling
        ? base64 + spelling.append
        : base64.slice(0, 10) + spelling.insert + base64.slice(10);
  }
}

function signatureOf(
  { signature }: Build,
  body: Buffer,
  target: CorpusTarget,
  variables: Variables,
): Readonly<Record<string, string | null>> {
  const hex = sign(body, target.appSecret);
  if (signature === undefined) return { "x-hub-signature-256": `sha256=${hex}` };
  if ("header" in signature) {
    if (signature.header === null) return {};
    const digits = { hex, HEX: hex.toUpperCase(), "hex:63": hex.slice(0, 63) };
    return {
      "x-hub-signature-256": expand(signature.header, { ...variables, ...digits }).toString(),
    };
  }
  if ("over" in signature) {
    const reserialised = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
    return { "x-hub-signature-256": `sha256=${sign(reserialised, target.appSecret)}` };
  }
  const secrets = {
    previous: target.previousAppSecret,
    retired: "a secret of years ago",
    another: "the secret of another app",
    empty: "",
  };
  return { "x-hub-signature-256": `sha256=${sign(body, secrets[signature.secret])}` };
}

function changeAfterSigning(change: Build["afterSigning"], body: Buffer): Buffer {
  if (change === undefined) return body;
  if ("append" in change) return Buffer.concat([body, Buffer.from(change.append)]);
  const at = change.flip === "first" ? 0 : body.length - 1;
  return Buffer.from(body.map((byte, index) => (index === at ? byte ^ 1 : byte)));
}

async function makeToken(
  kind: TokenKind,
  target: CorpusTarget,
  variables: Variables,
): Promise<string | null> {
  if (typeof kind === "object") return expand(kind.text, variables).toString();
  switch (kind) {
    case "none":
      return null;
    case "alg none": {
      const [, payload = ""] = target.mint("good").split(".");
      return `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`;
    }
    case "of another secret": {
      const [header = "", payload = ""] = target.mint("good").split(".");
      const mac = Buffer.from(sign(Buffer.from(`${header}.${payload}`), "another secret"), "hex");
      return `${header}.${payload}.${mac.toString("base64url")}`;
    }
    default:
      return target.mint(kind);
  }
}

const BASES = {
  ping: { version: "3.0", action: "ping" },
  init: { version: "3.0", action: "INIT", screen: "", data: {} },
  submit: {
    version: "3.0",
    action: "data_exchange",
    screen: "START",
    data: { trigger: "next", behave: "show", note: "{canary}" },
  },
  details: { version: "3.0", action: "data_exchange", screen: "DETAILS", data: {} },
  back: { version: "3.0", action: "BACK", screen: "DETAILS", data: {} },
} as const;

function writeClear(clear: ClearText, token: string | null, variables: Variables): Buffer {
  if ("text" in clear) return expand(clear.text, variables);
  const base: Readonly<Record<string, unknown>> = BASES[clear.base];
  if (clear.base === "ping") return Buffer.from(JSON.stringify({ ...base, ...clear.with }));
  // Only the ping has no data.
  const data = { ...(base["data"] as object), ...clear.data };
  const request = {
    ...base,
    data: clear.onlyData ?? data,
    ...(token === null ? {} : { flow_token: token }),
    ...clear.with,
  };
  const text = JSON.stringify(request, (_key, value: unknown) =>
    isGenerated(value) ? expand(value, variables).toString() : value,
  );
  if (clear.dataText === undefined) return Buffer.from(fill(text, variables));
  const marker = `"data":${JSON.stringify(data)}`;
  return Buffer.from(
    fill(
      text.replace(marker, () => `"data":{${clear.dataText}}`),
      variables,
    ),
  );
}

/** A value in a case's data that stands for a long text. */
function isGenerated(value: unknown): value is Text {
  return Array.isArray(value)
    ? value.some(isGenerated)
    : typeof value === "object" && value !== null && "repeat" in value;
}

function makeRaw(
  { send, then }: NonNullable<Build["raw"]>,
  request: BuiltRequest,
  variables: Variables,
): NonNullable<BuiltCase["raw"]> {
  const all = {
    ...variables,
    post: `POST ${request.path} HTTP/1.1\r\nHost: localhost\r\n`,
    headers: Object.entries(request.headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join(""),
    hex: (request.headers["x-hub-signature-256"] ?? "").replace("sha256=", ""),
    length: String(request.body.length),
    body: request.body.toString(),
  };
  return { bytes: expand(send, all), afterwards: afterwardsOf(then, all) };
}

function afterwardsOf(then: NonNullable<Build["raw"]>["then"], variables: Variables): Afterwards {
  if (then === undefined) return { kind: "wait" };
  if (typeof then === "string") return { kind: then };
  return { kind: "trickle", bytes: expand(then.trickle, variables), everyMs: then.everyMs };
}
