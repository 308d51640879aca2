// The doctor behind Debian's nginx: it finds nothing wrong with a good one, and names what is wrong with a bad one.

import { afterAll, beforeAll, expect, it } from "vitest";
import { type NginxSite, startNginx, startNginxSite } from "../helpers/nginx.ts";
import {
  makeTemporaryFolder,
  serverEnvironment,
  type SpawnedServer,
  spawnServer,
  WITHOUT_DATABASE,
} from "../helpers/spawn-server.ts";
import { requirePart } from "../parts/require-part.ts";
import { examine, type Examination } from "./diagnoses.ts";

const PAGE = "<!doctype html><title>You are about to visit</title>";

/** Each is a folder of the site, with the server behind it. */
const LOCATIONS: Readonly<Record<string, string>> = {
  good: "",
  https: "return 301 https://$host$request_uri;",
  "https-port": "return 308 https://$host:8443$request_uri;",
  port: "return 308 http://$host:8080$request_uri;",
  slash: "rewrite ^(.*[^/])$ $1/ permanent;",
  elsewhere: "return 302 https://login.example.com/?from=$request_uri;",
  "no-webhook": "",
  gzip: "gzip on; gzip_types text/plain; gzip_min_length 1;",
  "error-page": "proxy_intercept_errors on; error_page 421 427 432 =400 /sorry.html;",
  "added-body": "proxy_intercept_errors on; error_page 421 432 /sorry.html;",
  "small-limit": "client_max_body_size 16k;",
  "webhook-limit": "client_max_body_size 2m;",
  interstitial: `default_type text/html; return 200 "${PAGE}";`,
  login: `default_type text/html; return 403 "${PAGE}";`,
  "no-upstream": "proxy_pass http://127.0.0.1:1/;",
  "no-path": "proxy_pass http://$server/other/;",
  "changed-answer": "sub_filter_types text/plain; sub_filter '=' '';",
  charset: "charset koi8-r; charset_types text/plain;",
  "changed-request": 'proxy_set_body "$request_body ";',
  "no-signature": 'proxy_set_header x-hub-signature-256 "";',
  "no-headers": "proxy_pass http://$server/; proxy_pass_request_headers off;",
  "wrong-type": 'proxy_set_header content-type "text/plain";',
};

/** The webhook's address within a folder, where nothing is passed on. */
const NO_WEBHOOK = "location = /no-webhook/webhooks/whatsapp { return 404; }";

requirePart("nginx")("doctor, with nginx in front", () => {
  const parts: {
    folder?: Awaited<ReturnType<typeof makeTemporaryFolder>>;
    server?: SpawnedServer;
    nginx?: NginxSite;
  } = {};

  beforeAll(async () => {
    parts.folder = await makeTemporaryFolder();
    parts.server = await spawnServer(parts.folder.path, WITHOUT_DATABASE);
    const server = new URL(parts.server.url).host;
    const locations = Object.entries(LOCATIONS).map(([name, directives]) => {
      const own = directives.replace("$server", server);
      const passed = own.includes("proxy_pass") ? "" : `proxy_pass http://${server}/;`;
      return `location /${name}/ { ${passed} ${own} }`;
    });
    parts.nginx = await startNginxSite([...locations, NO_WEBHOOK].join("\n"), {
      "sorry.html": PAGE,
    });
  });

  afterAll(async () => {
    await parts.nginx?.stop();
    await parts.server?.stop();
    await parts.folder?.remove();
  });

  /** The command in development, so that it misses no database. */
  function examineBehind(location: string): Promise<Examination> {
    const env = serverEnvironment(parts.folder?.path ?? "");
    return examine(env, "--url", `${parts.nginx?.url}/${location}`);
  }

  it("finds nothing wrong with one that passes everything on", async () => {
    const { failed, of } = await examineBehind("good");

    expect(failed).toEqual([]);
    const alike = ["ping", "repeated-ping", "wrong-signature", "wrong-key", "expired-token"];
    for (const check of [...alike, "body-limit", "webhook-post"]) {
      expect(of(check)).toMatchObject({ state: "ok" });
    }
  });

  it("finds nothing wrong with the example that ships", async () => {
    const nginx = await startNginx([new URL(parts.server?.url ?? "").host]);
    try {
      const env = serverEnvironment(parts.folder?.path ?? "");

      const { failed, of } = await examine(env, "--url", nginx.url);

      expect(failed).toEqual([]);
      expect(of("body-limit")).toMatchObject({ state: "ok" });
    } finally {
      await nginx.stop();
    }
  });

  it.each([
    ["https", ["redirects"], /to https;/],
    ["https-port", ["redirects"], /to https, port 8443/],
    ["port", ["redirects"], /to another port/],
    ["slash", ["redirects"], /slash at the end/],
    ["elsewhere", ["redirects"], /another host/],
    ["gzip", ["compression"], /compressed/],
    ["error-page", ["wrong-signature", "wrong-key", "expired-token"], /400 instead of 432/],
    ["small-limit", ["body-limit", "webhook-post"], /413|no answer/],
    ["webhook-limit", ["webhook-post"], /notification of 3 MB got (413|no answer)/],
    ["interstitial", ["html-page"], /page for people came with 200/],
    ["login", ["html-page"], /page for people came with 403/],
    ["no-upstream", ["upstream"], /502/],
    ["no-path", ["path"], /404/],
    ["no-webhook", ["webhook", "webhook-post"], /got 404/],
    ["changed-answer", ["answer-body"], /not one base64 string/],
    ["changed-request", ["app-secret"], /changed on the way/],
    ["no-signature", ["app-secret"], /header X-Hub-Signature-256 was changed on the way/],
    ["no-headers", ["path"], /415/],
    ["wrong-type", ["path"], /415/],
  ])("names what is wrong with %s: %j", async (location, checks, detail) => {
    const { failed, all } = await examineBehind(location);

    expect(failed).toEqual(checks);
    expect(all.find(({ state }) => state === "fail")?.detail).toMatch(detail);
  });

  it.each([
    ["added-body", ["wrong-signature", "wrong-key"]],
    ["charset", ["answer-body"]],
  ])("warns of %s: %j", async (location, checks) => {
    const { failed, all } = await examineBehind(location);

    expect(failed).toEqual([]);
    const warned = all.filter(({ state }) => state === "warn").map(({ check }) => check);
    // The tests' nginx is not on the internet.
    expect(warned).toEqual(["public-url", ...checks]);
  });

  it("skips what an obstacle keeps it from, and says which", async () => {
    const { of } = await examineBehind("no-upstream");

    expect(of("connection")).toMatchObject({ state: "ok" });
    for (const check of ["app-secret", "ping", "compression", "body-limit", "response-time"]) {
      expect(of(check)).toMatchObject({ state: "skipped", detail: "see upstream" });
    }
  });
});
