// What the page can make go wrong on the way between phone and endpoint.

export const FAULTS = {
  "wrong-key": {
    label: "Wrong key",
    effect:
      "The phone encrypts with a replaced key: 421, then it fetches the new one and sends again.",
  },
  "bad-signature": {
    label: "Bad signature",
    effect: "The signature does not fit the body: 432, and the user may try again.",
  },
  "expired-token": {
    label: "Expired token",
    effect:
      "The request bears a token past its time: 427, and the message's button is off for good.",
  },
  "slow-handler": {
    label: "Slow handler",
    effect:
      "The answer comes too late, as without a deadline: after 10 seconds the phone gives up, and the user may try again.",
  },
  "slow-network": {
    label: "Slow network",
    effect: "The request's body takes two seconds; meanwhile the phone shows that it waits.",
  },
  "drop-connection": {
    label: "Dropped connection",
    effect: "The connection breaks before the answer is there; the user may try again.",
  },
  duplicate: {
    label: "Sent twice",
    effect: "The same bytes are sent twice; the endpoint must give both the same answer.",
  },
  tamper: {
    label: "Tampered answer",
    effect: "One bit of the answer is turned: it does not decrypt, and the phone reports that.",
  },
} as const satisfies Record<string, { readonly label: string; readonly effect: string }>;

export type FaultName = keyof typeof FAULTS;
export type Faults = ReadonlySet<FaultName>;

// The table's keys are its names.
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];
