// The public entry `flowpoint/test`: a flow of one's own and phones to hold, for a handler's tests.

export type { CompletionSender } from "./deliver-completion.ts";
export { HarnessError } from "./harness-error.ts";
export type { HarnessErrorCode } from "./harness-error.ts";
export type { LogLine } from "./log-lines.ts";
export { openFlow } from "./open-flow.ts";
export type { FlowOptions, TestFlow } from "./open-flow.ts";
export type { Span, TestClock } from "./test-clock.ts";
export type { TestAnswer } from "./test-endpoint.ts";
export type { PhoneOptions } from "./test-message.ts";
export type { Opening, TestPhone } from "./test-phone.ts";
export type { PickedFile } from "./uploaded-files.ts";
