// Redis, which several instances share. Without it each remembers for itself, so its absence is no failure.

import { createLogger } from "../../app/telemetry/logger.ts";
import type { Settings } from "../../app/settings.ts";
import { RedisLink } from "../../storage/redis/redis-link.ts";
import { type Diagnosis, passed, skipped, warned } from "./diagnosis.ts";

const CHECK = "redis";
const CALL_LIMIT_MS = 1_000;

export async function checkRedis({ REDIS_URL }: Settings): Promise<Diagnosis> {
  if (REDIS_URL === undefined) {
    return skipped(CHECK, "REDIS_URL is not set; one instance needs none");
  }
  const link = await RedisLink.open(REDIS_URL.reveal(), createLogger("silent"), {
    callLimitMs: CALL_LIMIT_MS,
  });
  try {
    const { kind } = await link.attempt((redis) => redis.ping());
    return kind === "done"
      ? passed(CHECK, "answers")
      : warned(
          CHECK,
          "does not answer: instances do not know of one another's requests",
          "start it, or correct the host, port and password in REDIS_URL",
        );
  } finally {
    await link.stop();
  }
}
