// `POST /send` of a server without ADMIN_TOKEN: there is no such route.

import { expect, it } from "vitest";
import { makeTemporaryFolder, spawnServer, WITHOUT_DATABASE } from "../helpers/spawn-server.ts";

it(
  "is not there without ADMIN_TOKEN, whatever token comes with it",
  { timeout: 60_000 },
  async () => {
    const folder = await makeTemporaryFolder();
    const server = await spawnServer(folder.path, WITHOUT_DATABASE);
    const tokens = [undefined, "Bearer undefined", "Bearer ", `Bearer ${"x".repeat(40)}`];

    for (const base of [server.adminUrl, server.url]) {
      for (const authorization of tokens) {
        const response = await fetch(`${base}/send`, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            ...(authorization === undefined ? {} : { authorization }),
          },
          body: JSON.stringify({ to: "4915112345678", flow: "drill" }),
        });
        expect(response.status).toBe(404);
        expect(await response.text()).toBe("");
      }
    }
    await server.stop();
    await folder.remove();
  },
);
