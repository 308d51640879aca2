// Whether it is the server that answered, or something on the way to it: a redirect, a proxy that does not reach the
// server or sends it elsewhere, a page for people.

import type { ProbeAnswer } from "./probe.ts";
import { type Diagnosis, failed, passed } from "./diagnosis.ts";

/** What these questions are about. */
export type Answered = Pick<ProbeAnswer, "status" | "headers" | "body">;

export function checkRedirect({ status, headers }: Answered, url: URL): Diagnosis {
  const check = "redirects";
  if (status < 300 || status > 399) return passed(check, "none");
  const target = URL.parse(headers.location ?? "", url.href);
  return failed(
    check,
    `answered ${status}: ${describeRedirect(url, target)}; nothing says that Meta follows it`,
    "give Meta the address that it leads to, or switch it off for /flows/",
  );
}

function describeRedirect(from: URL, to: URL | null): string {
  if (to === null) return "no redirect to anywhere";
  if (to.host !== from.host && to.hostname !== from.hostname) return "to another host";
  if (to.protocol !== from.protocol) {
    const port = to.port === "" || to.port === from.port ? "" : `, port ${to.port}`;
    return `to ${to.protocol.replace(":", "")}${port}`;
  }
  if (to.port !== from.port) return "to another port";
  if (to.pathname === `${from.pathname}/`) return "to a slash at the end";
  return to.pathname === from.pathname ? "to itself" : "to another path";
}

const UPSTREAM_STATUSES = new Set([502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 530]);

export function checkUpstream({ status, headers }: Answered): Diagnosis {
  const check = "upstream";
  if (!UPSTREAM_STATUSES.has(status)) return passed(check, "the proxy reaches the server");
  const isOurs = status === 503 && headers["retry-after"] !== undefined;
  return isOurs
    ? failed(
        check,
        "answered 503: the server has too much to do",
        "see its metrics, add an instance",
      )
    : failed(
        check,
        `answered ${status}: the proxy does not reach the server`,
        "correct the proxy's upstream: it is the HOST and PORT of flowpoint serve",
      );
}

export function checkPath(answer: Answered): Diagnosis {
  const check = "path";
  const { status } = answer;
  const remedy = {
    404: "pass /flows/ on with its path as it is; a flow is known once its server runs with its folder",
    405: "pass the method POST on as it is",
    415: "pass content-type and the body on as they are",
  }[status];
  if (remedy === undefined) return passed(check, "method, path and content type arrive");
  const by = isPage(answer) ? "a page answered" : "answered";
  return failed(check, `${by} ${status}`, remedy);
}

export function checkPage(answer: Answered): Diagnosis {
  const check = "html-page";
  if (!isPage(answer)) return passed(check, "none");
  return failed(
    check,
    `a page for people came with ${answer.status}, not an answer for WhatsApp`,
    "switch off what shows it: a tunnel's warning page, a login or a bot check on /flows/",
  );
}

function isPage({ headers, body }: Answered): boolean {
  return /^text\/html\b/i.test(headers["content-type"] ?? "") || /^\s*</.test(body);
}

export function checkAccess({ status }: Answered): Diagnosis {
  const check = "access";
  if (status === 429) {
    return failed(
      check,
      "answered 429: too many requests from one address",
      "let the proxy pass /flows/ without a rate limit; Meta calls from few addresses",
    );
  }
  if (status === 401 || status === 403 || status === 407) {
    return failed(
      check,
      `answered ${status}: something wants a login, or blocks this client`,
      "let everybody reach /flows/; its requests are signed",
    );
  }
  return passed(check, "open");
}
