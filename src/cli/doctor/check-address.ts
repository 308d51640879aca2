// The public address itself: Meta calls https only, and reaches nothing that is on this machine.

import { isLoopback } from "../../graph/loopback.ts";
import { type Diagnosis, passed, failed, warned } from "./diagnosis.ts";

const CHECK = "public-url";

export function checkAddress({ protocol, hostname, host }: URL): Diagnosis {
  if (isLoopback(hostname)) {
    return warned(
      CHECK,
      `${host} is this machine, which Meta cannot reach`,
      "set PUBLIC_URL, or give --url, as the address on the internet",
    );
  }
  if (protocol !== "https:") {
    return failed(
      CHECK,
      `${host} is not encrypted; Meta calls https only`,
      "put a proxy with a certificate in front, or set TLS_CERT and TLS_KEY",
    );
  }
  return passed(CHECK, `https, ${host}`);
}
