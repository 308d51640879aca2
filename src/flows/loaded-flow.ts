// A handler that is ready to be called: its options checked, its factory run, its behaviour held against the contract.

import { z } from "zod";
import { type RuntimeBehaviour, parseBehaviour } from "./behaviour.ts";
import type { FlowContract } from "./define-flow.ts";
import type { HandlerOptions } from "./implement.ts";
import { HandlerLoadError, type HandlerModule } from "./load-handlers.ts";
import type { Services } from "./services.ts";

export type LoadedFlow = {
  readonly name: string;
  readonly contract: FlowContract;
  readonly options: HandlerOptions;
  readonly behaviour: RuntimeBehaviour;
};

/** Options as untyped code may give them; typed code cannot get this wrong. */
const OPTIONS = z.strictObject({
  completion: z.custom<z.ZodType>((value) => value instanceof z.ZodType, "a zod schema").optional(),
  tokens: z
    .union([
      z.enum(["signed", "any"]),
      z.custom<() => unknown>((value) => typeof value === "function", "a function"),
    ])
    .optional(),
  tokenSignature: z.enum(["off", "log", "enforce"]).optional(),
  deadlineMs: z.int().min(1).max(9_000).optional(),
  concurrency: z.int().min(1).optional(),
  forwardUrl: z.url().optional(),
  messages: z
    .strictObject({
      tooSlow: z.string().min(1).optional(),
      failed: z.string().min(1).optional(),
      expired: z.string().min(1).optional(),
      changed: z.string().min(1).optional(),
    })
    .optional(),
});

/**
 * Runs the factory of an imported handler.
 *
 * @throws HandlerLoadError when the options, the factory or its result are not as `implement` demands
 */
export async function createLoadedFlow(
  module: HandlerModule,
  services: Services,
): Promise<LoadedFlow> {
  const { handler, folder, name } = module;
  const options = OPTIONS.safeParse(handler.options);
  if (!options.success) {
    const paths = options.error.issues.map((issue) => issue.path.join(".") || issue.code);
    throw new HandlerLoadError(
      `${folder}/handler.ts: options are not valid at: ${paths.join(", ")}`,
    );
  }
  try {
    const behaviour = parseBehaviour(handler.flow, await handler.create(services));
    return { name, contract: handler.flow, options: handler.options, behaviour };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HandlerLoadError(`${folder}/handler.ts: ${reason}`, { cause });
  }
}
