// What a developer reads after `npm start`.

import type { RunningServer } from "./compose.ts";
import type { Settings } from "./settings.ts";
import { SERVER_VERSION } from "./version.ts";

export function describeStart(settings: Settings, server: RunningServer): string {
  const { flows, url, adminUrl, playerUrl, credentials } = server;
  const rows = [
    ...flows
      .filter((flow) => flow.contract.dataApiVersion !== null)
      .map((flow) => ["endpoint", `${url}/flows/${flow.name}`]),
    ["webhook", `${url}/webhooks/whatsapp`],
    ...(playerUrl === null ? [] : [["player", playerUrl]]),
    ["metrics", `${adminUrl}/metrics`],
    [
      "database",
      settings.DATABASE_URL === undefined ? `embedded, in ${settings.DATA_DIR}` : "DATABASE_URL",
    ],
    ...(credentials.generated.length === 0
      ? []
      : [["made up", `${credentials.generated.join(", ")} (in ${settings.DATA_DIR})`]]),
    ...flows.slice(0, 1).map((flow) => ["try", `npm run -s flowpoint -- simulate ${flow.name}`]),
  ];
  if (flows.length === 0) {
    rows.push([
      "no flows",
      `${settings.HANDLERS_DIR} has no folder with a flow.json; set HANDLERS_DIR`,
    ]);
  }
  const lines = rows.map(([name = "", value = ""]) => `  ${name.padEnd(10)}${value}`);
  return [`Flowpoint ${SERVER_VERSION}, development`, ...lines, "", ""].join("\n");
}
