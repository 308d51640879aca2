// Lets the command line use an embedded database that this server holds: a Unix socket in `DATA_DIR` that only the
// owner can open. It takes the operations by name and nothing else.

import { chmod, rm } from "node:fs/promises";
import path from "node:path";
import Fastify from "fastify";
import type { Log } from "../../flows/services.ts";
import { describeError } from "../telemetry/logger.ts";
import type { OperationContext } from "./operation-context.ts";
import {
  type OperationInput,
  type OperationName,
  type OperationOutput,
  OPERATIONS,
  runHere,
} from "./operations.ts";

const SOCKET_NAME = "control.sock";

/** Linux and macOS refuse longer socket paths. */
const MAX_SOCKET_PATH_BYTES = 103;

/** The shorter of the absolute path and the one from the working directory. */
export function controlSocketPath(dataDir: string): string {
  const absolute = path.join(dataDir, SOCKET_NAME);
  const relative = path.relative(process.cwd(), absolute);
  return relative.length < absolute.length ? relative : absolute;
}

export async function startControlServer(
  dataDir: string,
  context: OperationContext,
  log: Log,
): Promise<{ readonly stop: () => Promise<void> }> {
  const socket = controlSocketPath(dataDir);
  if (Buffer.byteLength(socket) > MAX_SOCKET_PATH_BYTES) {
    log.warn({}, "DATA_DIR is too long for a control socket: commands need the server stopped");
    return { stop: async () => {} };
  }
  const app = Fastify({ logger: false });
  app.post<{ Params: { name: string } }>("/operations/:name", async (request, reply) => {
    const { name } = request.params;
    if (!isOperation(name)) return reply.code(404).send({ error: "no such operation" });
    try {
      return await run(name, context, request.body);
    } catch (error) {
      log.error({ err: error, operation: name }, "an operation failed");
      const message = error instanceof Error ? error.message : describeError(error).type;
      return reply.code(500).send({ error: message });
    }
  });
  // A socket file left by a killed process is nobody's: the lock on the folder is ours.
  await rm(socket, { force: true });
  const previousMask = process.umask(0o177);
  try {
    await app.listen({ path: socket });
  } finally {
    process.umask(previousMask);
  }
  await chmod(socket, 0o600);
  return {
    stop: async () => {
      await app.close();
      await rm(socket, { force: true });
    },
  };
}

async function run<N extends OperationName>(
  name: N,
  context: OperationContext,
  body: unknown,
): Promise<OperationOutput<N>> {
  // The table has one schema per name, and `name` picks both the schema and the type.
  const input = OPERATIONS[name].input.parse(body) as OperationInput<N>;
  return runHere[name](context, input);
}

function isOperation(name: string): name is OperationName {
  return Object.hasOwn(OPERATIONS, name);
}
