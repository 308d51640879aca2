// What the command line may ask about messages that were sent.

import { z } from "zod";
import { countUnexpiredMessages, recordSentMessage } from "../../storage/sent-messages.ts";
import type { OperationContext } from "./operation-context.ts";

/** Arguments and results, as they travel through the control socket. */
export const SENT_MESSAGE_OPERATIONS = {
  "sent-record": {
    input: z.object({
      messageId: z.string(),
      flow: z.string(),
      flowToken: z.string(),
      /** ISO 8601. */
      expiresAt: z.iso.datetime(),
    }),
    output: z.object({}),
  },
  "sent-count": {
    input: z.object({ flow: z.string() }),
    output: z.object({ unexpired: z.number() }),
  },
} as const;

type Name = keyof typeof SENT_MESSAGE_OPERATIONS;
type Input<N extends Name> = z.output<(typeof SENT_MESSAGE_OPERATIONS)[N]["input"]>;
type Output<N extends Name> = z.output<(typeof SENT_MESSAGE_OPERATIONS)[N]["output"]>;

export const runSentMessageOperation: {
  readonly [N in Name]: (context: OperationContext, input: Input<N>) => Promise<Output<N>>;
} = {
  "sent-record": async ({ database, account }, { expiresAt, ...sent }) => {
    const message = { ...sent, expiresAt: new Date(expiresAt) };
    await recordSentMessage(database.server, account, message);
    return {};
  },
  "sent-count": async ({ database, account, clock }, { flow }) => ({
    unexpired: await countUnexpiredMessages(database.server, account, flow, clock.now()),
  }),
};
