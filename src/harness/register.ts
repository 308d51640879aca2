// For tests of handler folders outside the checkout, which then import `flowpoint`, `flowpoint/test`, zod and kysely
// with nothing installed beside them:
//
//     node --import <checkout>/src/harness/register.ts --test
//
// Importing it is all there is to do, so it works at import time and exports nothing.

import { resolveSdkEverywhere } from "../flows/resolve-sdk.ts";

resolveSdkEverywhere();
