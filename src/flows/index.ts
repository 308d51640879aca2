// The public entry `flowpoint`: all that a handler module imports.

export { answer } from "./answer.ts";
export type { Call, CompletionCall, CompletionFile, Jsonified } from "./call.ts";
export { defineFlow } from "./define-flow.ts";
export type { FlowContract, ScreenContract } from "./define-flow.ts";
export type { ScreenData, ScreenId, ScreenInput } from "./flow-types.ts";
export { implement } from "./implement.ts";
export type { Behaviour, Completion, Handler, HandlerOptions, TokenFunction } from "./implement.ts";
export type { Outcome } from "./outcome.ts";
export type { InitReply, Reply } from "./reply.ts";
export type {
  Clock,
  HandlerDatabase,
  HandlerTransaction,
  Log,
  Media,
  MediaUpload,
  Services,
} from "./services.ts";
