// What the page may send, checked once where it comes in.

import { z } from "zod";
import type { DeliverCompletion, OpenMessage, RelayRequest } from "./api.ts";

const OPEN_MESSAGE: z.ZodType<OpenMessage> = z.object({
  claims: z.record(z.string(), z.unknown()),
  // None is left of a token of 0 seconds: how an expired one is made.
  ttlSeconds: z.int().min(0).max(999_999_999),
});

const RELAY_REQUEST: z.ZodType<RelayRequest> = z.object({
  body: z.string(),
  fault: z
    .enum(["bad-signature", "drop-connection", "slow-handler", "no-answer", "slow-network"])
    .nullable(),
});

const DELIVER_COMPLETION: z.ZodType<DeliverCompletion> = z.object({
  messageId: z.string().min(1),
  contextMessageId: z.string().min(1),
  from: z.string().min(1),
  responseJson: z.string(),
});

/** One per route that takes JSON; each throws a ZodError. */
export const parseRequest = {
  openMessage: (body: unknown): OpenMessage => OPEN_MESSAGE.parse(body),
  relay: (body: unknown): RelayRequest => RELAY_REQUEST.parse(body),
  deliverCompletion: (body: unknown): DeliverCompletion => DELIVER_COMPLETION.parse(body),
} as const;
