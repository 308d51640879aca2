// The doctor's judgements that no server on this machine can provoke at will: certificates, slow answers, addresses.

import { describe, expect, it } from "vitest";
import { checkAddress } from "../../src/cli/doctor/check-address.ts";
import { checkBody, checkTime } from "../../src/cli/doctor/check-answer.ts";
import { checkCertificate } from "../../src/cli/doctor/check-certificate.ts";
import { checkAccess, checkPage, checkUpstream } from "../../src/cli/doctor/check-route.ts";
import { failedWith } from "../../src/cli/doctor/diagnosis.ts";
import { explainConnection } from "../../src/cli/doctor/explain-connection.ts";

function withCode(code: string): Error {
  return Object.assign(new Error("unlike the code"), { code });
}

function answer(status: number, headers: Readonly<Record<string, string>> = {}, body = "") {
  return { status, headers, body };
}

describe("the address", () => {
  it.each([
    ["https://flows.example.com", "ok"],
    ["http://flows.example.com", "fail"],
    ["http://localhost:3000", "warn"],
    ["https://127.0.0.1", "warn"],
    ["https://[::1]:8443", "warn"],
  ])("%s is %s", (url, state) => {
    expect(checkAddress(new URL(url))).toMatchObject({ check: "public-url", state });
  });
});

describe("the certificate", () => {
  const now = new Date("2026-11-22T00:00:00Z");

  it.each([
    ["Feb 20 12:00:00 2027 GMT", "ok"],
    ["Nov 30 12:00:00 2026 GMT", "warn"],
    [null, "skipped"],
  ])("that ends at %s is %s", (end, state) => {
    expect(checkCertificate(end, now)).toMatchObject({ check: "tls", state });
  });
});

describe("a connection that failed", () => {
  it.each([
    ["CERT_HAS_EXPIRED", "tls", "has expired"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls", "cannot be traced"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "tls", "another name"],
    ["EPROTO", "tls", "no TLS connection"],
    ["ENOTFOUND", "connection", "has no address"],
    ["ECONNRESET", "connection", "closed before an answer"],
  ])("with %s is a fault of %s", (code, check, words) => {
    const diagnosis = explainConnection(withCode(code));

    expect(diagnosis).toMatchObject({ check, state: "fail" });
    expect(diagnosis.detail).toContain(words);
    expect(diagnosis.remedy).not.toBe("");
  });

  it("by a time-out is told as such", () => {
    const { detail } = explainConnection(new DOMException("aborted", "AbortError"));

    expect(detail).toContain("10 s");
  });
});

describe("an answer", () => {
  it("over a second is slow", () => {
    expect(checkTime([{ ms: 12 }, { ms: 999.6 }])).toMatchObject({ state: "ok" });
    expect(checkTime([{ ms: 12 }, { ms: 1_600 }])).toMatchObject({ state: "warn" });
  });

  it("of 503 is the server's own where it says when to come again", () => {
    expect(checkUpstream(answer(503, { "retry-after": "1" })).detail).toContain("too much to do");
    expect(checkUpstream(answer(503)).detail).toContain("does not reach");
  });

  it("is a page by its type, or by how it begins", () => {
    expect(checkPage(answer(200, { "content-type": "text/html" })).state).toBe("fail");
    expect(checkPage(answer(200, { "content-type": "text/plain" }, "\n<html>")).state).toBe("fail");
    expect(checkPage(answer(200, { "content-type": "text/plain" }, "aGk=")).state).toBe("ok");
  });

  it.each([401, 403, 429])("of %i is a closed door", (status) => {
    expect(checkAccess(answer(status))).toMatchObject({ check: "access", state: "fail" });
  });

  it.each([
    ["", "it is empty"],
    ['"aGk="', "wrapped in JSON"],
    ["aGk=\n", "blanks were added"],
    ["\uFEFFaGk=", "byte order mark"],
    ["aGk", "changed or lost"],
  ])("of %j is not one base64 string", async (body, words) => {
    const { state, detail } = await checkBody({
      ...answer(200, { "content-type": "text/plain" }, body),
      kind: "answer",
      ms: 1,
      certificateEnd: null,
      openAnswer: () => Promise.resolve('{"data":{"status":"active"}}'),
    });

    expect(state).toBe("fail");
    expect(detail).toContain(words);
  });
});

describe("an error", () => {
  it("is split into what is wrong and its remedy, and its stack is left out", () => {
    expect(failedWith("keys", "mine.pem is damaged; copy it again\n    at here", "")).toEqual({
      check: "keys",
      state: "fail",
      detail: "mine.pem is damaged",
      remedy: "copy it again",
    });
    expect(failedWith("keys", "mine.pem is damaged", "copy it").remedy).toBe("copy it");
  });
});
