// The link to Meta's preview: what it holds, and its QR code, which only a terminal shows.

import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodePreviewLink } from "../../src/graph/preview-link.ts";
import { type MetaSide, openMetaSide } from "./flows-at-meta.ts";
import { readQr } from "./read-qr.ts";

const COMMAND = fileURLToPath(new URL("../../bin/flowpoint.js", import.meta.url));

const opened: { meta?: MetaSide } = {};

function meta(): MetaSide {
  if (opened.meta === undefined) throw new Error("the stand-in did not start");
  return opened.meta;
}

async function preview(...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await meta().flowpoint([
    "flows",
    "preview",
    "feedback",
    ...args,
  ]);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  // Nothing but a line for people: no code where nobody could scan it.
  expect(stderr).toMatch(/^good until \S+\n$/);
  return stdout.trim();
}

/** util-linux's `script` gives a command a terminal. */
const hasTerminal = String(spawnSync("script", ["--version"]).stdout).includes("util-linux");

describe("flowpoint flows preview", { timeout: 120_000 }, () => {
  beforeAll(async () => {
    opened.meta = await openMetaSide();
    await meta().flowpoint(["flows", "deploy", "feedback"]);
  }, 120_000);

  afterAll(() => opened.meta?.stop());

  it("is Meta's link as it is, with no code where there is no terminal", async () => {
    expect(await preview()).toMatch(/^http:\S+\/preview\/\?token=preview-1$/);
  });

  it("has what an interactive preview needs: token, action, and whose key it encrypts with", async () => {
    const asked = new URL(await preview("--interactive")).searchParams;
    const shown = new URL(await preview("--screen", "FORM", "--data", '{"a":"ü"}', "--debug"));

    expect(Object.fromEntries(asked)).toEqual({
      token: "preview-1",
      interactive: "true",
      flow_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      flow_action: "data_exchange",
      phone_number: "15550100001",
    });
    expect(Object.fromEntries(shown.searchParams)).toMatchObject({
      flow_action: "navigate",
      flow_action_payload: '{"screen":"FORM","data":{"a":"ü"}}',
      debug: "true",
    });
  });

  it.runIf(hasTerminal)("shows a terminal a code that reads as the link", async () => {
    // Not synchronously: the stand-in is in this process.
    const { stdout } = await promisify(execFile)(
      "script",
      [
        "--quiet",
        "--return",
        "--command",
        `"${process.execPath}" "${COMMAND}" flows preview feedback`,
        "/dev/null",
      ],
      { env: { PATH: process.env["PATH"], ...meta().env } },
    );

    const lines = stdout.split(/\r?\n/);
    const code = lines.filter((line) => /^[█▀▄ ]{20,}$/.test(line));
    expect(readQr(code)).toBe(lines[0]);
    expect(lines[0]).toContain("/preview/?token=preview-1");
  });
});

describe("the link of an interactive preview", () => {
  it("names no number for a flow without endpoint", () => {
    const link = encodePreviewLink("https://business.facebook.com/wa/preview/?token=t", {
      flowToken: "a b",
      start: { action: "navigate", screen: "FORM" },
      phoneNumber: null,
      debug: false,
    });

    expect(link).toBe(
      "https://business.facebook.com/wa/preview/?token=t&interactive=true&flow_token=a+b&flow_action=navigate&flow_action_payload=%7B%22screen%22%3A%22FORM%22%7D",
    );
  });
});
