// The flows of a folder as they are on disk, broken or not: what a developer sees while mending them. Nothing of a handler
// is imported here.

import { readFile } from "node:fs/promises";
import path from "node:path";
import { checkFlowJson } from "../flow-json/check/check-flow-json.ts";
import { type FlowJsonDocument, parseFlowJson } from "../flow-json/document.ts";
import { FlowJsonError } from "../flow-json/flow-json-error.ts";
import { deriveRoutes } from "../flow-json/routes.ts";
import { type HandlerModule, listHandlerFolders } from "../flows/load-handlers.ts";
import type { Clock } from "../flows/services.ts";
import type { PlayerFlow, PlayerFlowDetail, PlayerProblem } from "./api.ts";

export type FlowFilesParts = {
  readonly handlersDir: string;
  /** What the server runs; `null` while none does. */
  readonly loaded: readonly Pick<HandlerModule, "name" | "flowJson">[] | null;
  /** base64 of the SPKI key. */
  readonly publicKey: string;
  readonly clock: Clock;
};

type FlowFile = { readonly name: string; readonly file: string; readonly text: string };

export class FlowFiles {
  readonly #parts: FlowFilesParts;

  constructor(parts: FlowFilesParts) {
    this.#parts = parts;
  }

  /** @throws HandlerLoadError when the folder of all flows cannot be read */
  async list(): Promise<readonly PlayerFlow[]> {
    return (await this.#read()).map((flow) => this.#describe(flow));
  }

  /** `null` where there is no such flow. */
  async detail(name: string): Promise<PlayerFlowDetail | null> {
    const flow = (await this.#read()).find((each) => each.name === name);
    if (flow === undefined) return null;
    const document = parse(flow);
    const today = this.#parts.clock.now().toISOString().slice(0, 10);
    return {
      flow: name,
      flowJson: flow.text,
      findings: checkFlowJson(flow.text, { today }).findings,
      routes: document instanceof FlowJsonError ? {} : Object.fromEntries(deriveRoutes(document)),
      publicKey: this.#parts.publicKey,
    };
  }

  async #read(): Promise<readonly FlowFile[]> {
    const folders = await listHandlerFolders(this.#parts.handlersDir);
    return Promise.all(
      folders.map(async ({ name, folder }) => {
        const file = path.join(folder, "flow.json");
        return { name, file, text: await readFile(file, "utf8") };
      }),
    );
  }

  #describe(flow: FlowFile): PlayerFlow {
    const document = parse(flow);
    if (document instanceof FlowJsonError) {
      const { message, line, column } = document;
      const problem = { message, file: flow.file, line, column };
      return { flow: flow.name, title: "", hasEndpoint: false, screens: [], problem };
    }
    return {
      flow: flow.name,
      title: document.screens[0]?.title ?? "",
      hasEndpoint: document.dataApiVersion !== null,
      screens: document.screens.map(({ id }) => id),
      problem: this.#findDifference(flow),
    };
  }

  /** The server knows what was there when it started. */
  #findDifference({ name, file, text }: FlowFile): PlayerProblem | null {
    const { loaded } = this.#parts;
    if (loaded === null) return null;
    const running = loaded.find((each) => each.name === name);
    if (running?.flowJson === text) return null;
    const what = running === undefined ? "is newer than" : "was saved after";
    const message = `this flow ${what} the start of the server; start it again, or use npm run dev`;
    return { message, file, line: null, column: null };
  }
}

function parse({ text }: FlowFile): FlowJsonDocument | FlowJsonError {
  try {
    return parseFlowJson(text);
  } catch (error) {
    if (error instanceof FlowJsonError) return error;
    throw error;
  }
}
