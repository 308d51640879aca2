// A developer reads at every start what is wrong with a flow.json that loads all the same.

import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { logFlowErrors } from "../../src/app/telemetry/log-flow-errors.ts";
import { captureLog } from "../helpers/capture-log.ts";
import { makeTemporaryFolder, serverEnvironment, start } from "../helpers/spawn-server.ts";

/** Shows data that its screen does not declare; its label is longer than clients show, which is only a warning. */
const FLOW_JSON = `{
  "version": "7.3",
  "data_api_version": "3.0",
  "routing_model": { "HELLO": [] },
  "screens": [
    {
      "id": "HELLO",
      "title": "Hello",
      "terminal": true,
      "layout": {
        "type": "SingleColumnLayout",
        "children": [
          { "type": "TextBody", "text": "\${data.gone}" },
          {
            "type": "Footer",
            "label": "Go on to the very end of this flow",
            "on-click-action": { "name": "data_exchange", "payload": {} }
          }
        ]
      }
    }
  ]
}
`;

const HANDLER = `
  import { implement } from "flowpoint";
  import { flow } from "./contract.gen.ts";
  export default implement(flow, () => ({
    init: (reply) => reply.show("HELLO"),
    exchange: { HELLO: (_input, reply) => reply.finish() },
  }));
`;

it("tells every error in one line, with its place and its remedy, and no warning", () => {
  const { log, lines } = captureLog();

  logFlowErrors([{ name: "hello", folder: "/handlers/hello", flowJson: FLOW_JSON }], log);

  expect(lines).toMatchObject([
    {
      level: "warn",
      flow: "hello",
      code: "INVALID_SCREEN_DYNAMIC_DATA",
      msg: expect.stringMatching(/^\/handlers\/hello\/flow\.json:13:41 .*data\.gone.*; .+/),
    },
  ]);
});

it("is told by a development server, which goes on", async () => {
  const { path: folder, remove } = await makeTemporaryFolder();
  const hello = path.join(folder, "handlers/hello");
  await mkdir(hello, { recursive: true });
  await writeFile(path.join(hello, "flow.json"), FLOW_JSON);
  await writeFile(path.join(hello, "handler.ts"), HANDLER);
  const env = { HANDLERS_DIR: path.dirname(hello), LOG_LEVEL: "warn" };

  const server = start(["serve"], serverEnvironment(path.join(folder, "data"), env));
  await server.waitForOutput(/"msg":"\S+hello\/flow\.json:13:41 /);
  await server.waitForOutput(/endpoint\s+http\S+\/flows\/hello/);
  server.signal("SIGTERM");

  expect(await server.exited).toEqual({ status: 0, signal: null });
  await remove();
}, 120_000);
