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
      "The handler takes longer than its deadline: the server answers in its stead, with the same screen and a message where it can, else with 500.",
  },
  "no-answer": {
    label: "No answer",
    effect:
      "The answer is held back for 11 seconds: after 10 the phone gives up, and the user may try again.",
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
  "unknown-screen": {
    label: "Unknown screen",
    effect:
      "The answer names a screen that the flow does not have, as an endpoint's might that checks nothing: the phone refuses it, and reports that.",
  },
} as const satisfies Record<string, { readonly label: string; readonly effect: string }>;

export type FaultName = keyof typeof FAULTS;
export type Faults = ReadonlySet<FaultName>;

// The table's keys are its names.
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];
