// One completion, one fault at a chosen statement, and the reckoning: what a campaign does at random, step by step.

import {
  messagesChange,
  notificationOf,
  responseMessage,
  signed,
} from "../webhooks/notification.ts";
import { mintLedgerToken } from "./campaign.ts";
import { type Answer, postNotification } from "./meta.ts";
import { reconcile, type Violation } from "./reconcile.ts";
import {
  type Candidate,
  type Ground,
  type Node,
  setStage,
  type Stage,
  untilIdle,
} from "./stage.ts";

const QUIET_LIMIT_MS = 60_000;

export interface Gap {
  readonly stage: Stage;
  /** The instance that the fault is for, up and at rest. */
  readonly victim: Node;
  /** The one that is there afterwards. */
  readonly survivor: Node;
  /** Sends the completion, once. */
  send(to: Node): Promise<Answer["status"]>;
  /** Sends it again until it is taken, as Meta does unless it was told 200. */
  sendUntilTaken(to: Node): Promise<void>;
  /** Kills the victim, and starts the survivor, which need not wait until the victim counts as dead. */
  replaceVictim(): Promise<void>;
  /** Lets everything come to rest. */
  settle(): Promise<readonly Violation[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openGap(candidate: Candidate, ground: Ground): Promise<Gap> {
  const stage = await setStage(candidate, ground, null);
  const [victim, survivor] = stage.nodes;
  try {
    await victim.instance.start();
  } catch (error) {
    await stage[Symbol.asyncDispose]();
    throw error;
  }
  const id = "wamid.of-the-gap";
  const response_json = JSON.stringify({ flow_token: mintLedgerToken(), mood: "well" });
  const post = signed(notificationOf(messagesChange([responseMessage(id, {}, { response_json })])));
  const acked = new Set<string>();
  const send = async (to: Node): Promise<Answer["status"]> => {
    const status = await postNotification(to.instance.url, post);
    if (status === 200) acked.add(id);
    return status;
  };
  return {
    stage,
    victim,
    survivor,
    send,
    sendUntilTaken: async (to) => {
      while (acked.size === 0) await send(to);
    },
    replaceVictim: async () => {
      await victim.instance.kill();
      await stage.ageJobs();
      await survivor.instance.start();
    },
    settle: async () => {
      await untilIdle(stage, QUIET_LIMIT_MS);
      const { forwarded, unsigned } = stage.receiver;
      const found = await stage.readDatabase();
      return reconcile({ sent: new Set([id]), acked, forwarded, unsigned, ...found });
    },
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
}
