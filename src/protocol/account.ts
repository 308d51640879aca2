// One business as the pipelines see it. They take it as a parameter, so that several can be served side by side.

import type { KeyUnwrapper } from "./envelope.ts";

export type Account = {
  /** Value of every `account` column; `main` while there is one. */
  readonly id: string;
  /** Meta app secrets, any of which verifies a signature; several while one is being replaced. */
  readonly appSecrets: readonly string[];
  /** Answers Meta's webhook subscription check. */
  readonly verifyToken: string;
  readonly keys: KeyUnwrapper;
};
