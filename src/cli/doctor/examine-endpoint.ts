// The public address, tried as Meta would call it. What stands in the way of the first ping is named, and then there is
// nothing more to learn; when the ping gets through, every answer that means something to WhatsApp is tried in turn.

import type { Clock } from "../../flows/services.ts";
import type { PrivateKey } from "../../protocol/private-key.ts";
import { createForeignKey, importPublicKey, type PublicKey } from "../simulate/phone-crypto.ts";
import { checkAddress } from "./check-address.ts";
import {
  checkBody,
  checkCompression,
  checkSecret,
  checkServerKey,
  checkStatus,
  checkTime,
} from "./check-answer.ts";
import { checkBodyLimit, padToLongest } from "./check-body-limit.ts";
import { checkCertificate } from "./check-certificate.ts";
import { checkAccess, checkPage, checkPath, checkRedirect, checkUpstream } from "./check-route.ts";
import { checkOtherFlows } from "./check-other-flows.ts";
import { checkRepetition, REPETITIONS } from "./check-repetition.ts";
import { checkSubscription, type Subscription, SUBSCRIPTION_CHECK } from "./check-subscription.ts";
import { checkExpiry, checkRefusal, WRONG_KEY, WRONG_SIGNATURE } from "./check-statuses.ts";
import { checkWebhookPost, WEBHOOK_POST_CHECK } from "./check-webhook-post.ts";
import { type Diagnosis, passed, skipped } from "./diagnosis.ts";
import { explainConnection } from "./explain-connection.ts";
import { probe, type ProbeAnswer, type ProbeResult, type ProbeTarget } from "./probe.ts";

export type Endpoint = ProbeTarget & {
  /** Addresses of the other flows, by name. */
  readonly otherFlows: ReadonlyMap<string, URL>;
  readonly subscription: Subscription | null;
  /** Whether the flow refuses a token that no server minted, without running its handler. */
  readonly refusesForeignTokens: boolean;
  /** At least one of each; all are tried. */
  readonly appSecrets: readonly string[];
  readonly privateKeys: readonly PrivateKey[];
  readonly clock: Clock;
};

const PING = JSON.stringify({ version: "3.0", action: "ping" });
const FOREIGN_TOKEN_INIT = JSON.stringify({
  version: "3.0",
  action: "INIT",
  flow_token: "flowpoint-doctor",
});

/** What is asked of the first ping, each only if all before it are well. */
const ON_THE_WAY = [
  "connection",
  "tls",
  "redirects",
  "upstream",
  "path",
  "html-page",
  "access",
] as const;

const AT_THE_SERVER = ["app-secret", "server-key", "ping", "repeated-ping", "answer-body"] as const;

const ONCE_THROUGH = [
  "other-flows",
  "compression",
  "wrong-signature",
  "wrong-key",
  "expired-token",
  "body-limit",
  "response-time",
  SUBSCRIPTION_CHECK,
  WEBHOOK_POST_CHECK,
] as const;

export const ENDPOINT_CHECKS = ["public-url", ...ON_THE_WAY, ...AT_THE_SERVER, ...ONCE_THROUGH];

export async function examineEndpoint(endpoint: Endpoint): Promise<readonly Diagnosis[]> {
  const { url, appSecrets, privateKeys } = endpoint;
  const publicKeys = await Promise.all(
    privateKeys.map(({ publicKeyPem }) => importPublicKey(publicKeyPem)),
  );
  const [appSecret = ""] = appSecrets;
  const [publicKey] = publicKeys;
  if (publicKey === undefined) return skipRest([], "see keys");
  const ping = (secret: string, key: PublicKey): Promise<ProbeResult> =>
    probe(endpoint, { clearText: PING, publicKey: key, appSecret: secret });

  const found: Diagnosis[] = [checkAddress(url)];
  const first = await ping(appSecret, publicKey);
  if (first.kind === "none") {
    const obstacle = explainConnection(first.error);
    return skipRest([...found, obstacle], `see ${obstacle.check}`);
  }
  found.push(
    passed("connection", "answers"),
    checkCertificate(first.certificateEnd, endpoint.clock.now()),
  );
  const others = [
    ...(await inTurn(appSecrets.slice(1), (secret) => ping(secret, publicKey))),
    ...(await inTurn(publicKeys.slice(1), (key) => ping(appSecret, key))),
  ].filter((result) => result.kind === "answer");
  const pings = [first, ...others];

  const again: ProbeResult[] = [];

  const questions: readonly (() => Diagnosis | Promise<Diagnosis>)[] = [
    () => checkRedirect(first, url),
    () => checkUpstream(first),
    () => checkPath(first),
    () => checkPage(first),
    () => checkAccess(first),
    () => worst(pings.map(checkSecret)),
    () => worst(pings.map(checkServerKey)),
    () => checkStatus(first),
    async () => {
      for (let asked = 0; asked < REPETITIONS; asked += 1) {
        again.push(await ping(appSecret, publicKey));
      }
      return checkRepetition(first, again);
    },
    () => checkBody(first),
  ];
  for (const ask of questions) {
    const answer = await ask();
    found.push(answer);
    if (answer.state === "fail") return skipRest(found, `see ${answer.check}`);
  }
  const answered = [...pings, ...again].filter((result) => result.kind === "answer");
  return [...found, ...(await tryAnswers(endpoint, publicKey, answered))];
}

async function tryAnswers(
  endpoint: Endpoint,
  publicKey: PublicKey,
  pings: readonly ProbeAnswer[],
): Promise<readonly Diagnosis[]> {
  const [appSecret = ""] = endpoint.appSecrets;
  const good = { clearText: PING, publicKey, appSecret };
  const unsigned = await probe(endpoint, { ...good, appSecret: `not ${appSecret}` });
  const foreign = await probe(endpoint, { ...good, publicKey: await createForeignKey() });
  const long = await probe(endpoint, { ...good, clearText: padToLongest(PING) });
  const expired = endpoint.refusesForeignTokens
    ? await probe(endpoint, { ...good, clearText: FOREIGN_TOKEN_INIT })
    : null;
  const others = new Map(
    await inTurn([...endpoint.otherFlows], async ([name, url]) => {
      return [name, await probe({ ...endpoint, url }, good)] as const;
    }),
  );
  const answers = [...pings, unsigned, foreign, long, ...(expired === null ? [] : [expired])];
  return [
    checkOtherFlows(others),
    checkCompression(answers.filter((result) => result.kind === "answer")),
    checkRefusal(unsigned, WRONG_SIGNATURE),
    checkRefusal(foreign, WRONG_KEY),
    expired === null
      ? skipped("expired-token", "the flow takes tokens of others, so its handler would run")
      : await checkExpiry(expired),
    checkBodyLimit(long),
    checkTime(pings),
    await checkSubscription(endpoint.subscription),
    await checkWebhookPost(
      endpoint.subscription === null ? null : { ...endpoint, url: endpoint.subscription.url },
    ),
  ];
}

/** One after the other: an endpoint is examined, not loaded. */
async function inTurn<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await act(item));
  return results;
}

function worst(diagnoses: readonly Diagnosis[]): Diagnosis {
  const [first] = diagnoses;
  const bad = diagnoses.find(({ state }) => state === "fail") ?? first;
  return bad ?? skipped("ping", "nothing was sent");
}

/** Whatever was not reached is told, so that every run names the same checks. */
function skipRest(found: readonly Diagnosis[], why: string): readonly Diagnosis[] {
  const reached = new Set(found.map(({ check }) => check));
  return [
    ...found,
    ...ENDPOINT_CHECKS.filter((check) => !reached.has(check)).map((check) => skipped(check, why)),
  ];
}
