// flowpoint simulate <flow>

import { readFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { elapsedMs, systemClock } from "../../app/clock.ts";
import { type Credentials, loadCredentials } from "../../app/credentials.ts";
import { loadSettings } from "../../app/environment.ts";
import { findHandlerFolder, readFlowJson } from "../../app/handler-folders.ts";
import { mintToken } from "../../app/mint-token.ts";
import { serverUrl, type Settings } from "../../app/settings.ts";
import { type FlowJsonDocument, parseFlowJson } from "../../flow-json/document.ts";
import type { JsonObject } from "../../flow-json/json-value.ts";
import { isLoopback } from "../../graph/loopback.ts";
import { createPhone, type FlowAction } from "../../phone/phone.ts";
import { CommandFailed } from "../command-failed.ts";
import { parseJsonObjectOption } from "../json-object-option.ts";
import { writeJson, writeProgress, writeResult } from "../output.ts";
import { loadOwnCertificate } from "../own-certificate.ts";
import { AskedPerson } from "../simulate/asked-person.ts";
import { completionCommand } from "../simulate/completion-command.ts";
import { drawScreen } from "../simulate/draw-screen.ts";
import { parseAnswers, ScriptedPerson } from "../simulate/scripted-person.ts";
import {
  createTransport,
  FAULT_NAMES,
  type FaultName,
  type Transport,
} from "../simulate/transport.ts";
import { walk, type WalkResult } from "../simulate/walk.ts";

type Options = {
  readonly url?: string;
  readonly answers?: string;
  readonly token?: string;
  readonly action?: "navigate" | "data_exchange";
  readonly data?: JsonObject;
  readonly fault?: FaultName;
  readonly json?: true;
};

export function simulateCommand(): Command {
  return new Command("simulate")
    .description(
      "a phone in the terminal: walks a flow, really encrypted, against a running server",
    )
    .argument("<flow>")
    .option("--url <url>", "the server's base URL; default: where serve listens")
    .option("--answers <file>", "JSON with the answers for every screen; asked for without it")
    .option("--token <token>", "flow token of the message; default: a new one")
    .addOption(
      new Option(
        "--action <action>",
        "flow_action of the message; default: by whether the flow has an endpoint",
      ).choices(["navigate", "data_exchange"]),
    )
    .option(
      "--data <json>",
      "data for the first screen, with --action navigate",
      parseJsonObjectOption,
    )
    .addOption(new Option("--fault <name>", "make something go wrong").choices([...FAULT_NAMES]))
    .option("--json", "print JSON")
    .action(simulate);
}

async function simulate(flow: string, options: Options): Promise<void> {
  const settings = loadSettings("server");
  const folder = await findHandlerFolder(settings.HANDLERS_DIR, flow);
  const document = await readFlowJson(folder, parseFlowJson);
  const credentials = await loadCredentials(settings);
  const flowToken =
    options.token ?? (await mintToken(settings, credentials, systemClock, { flow })).token;
  const transport = await openTransport(settings, credentials, flow, options);
  const person = await choosePerson(options);
  try {
    const result = await walk({
      phone: createPhone(document, { flowToken }),
      message: messageOf(document, options),
      person,
      transport,
      showScreen: (view) => {
        if (options.json !== true) writeProgress(drawScreen(view));
      },
    });
    report(result, transport, options.json === true);
    if (options.json !== true) tellOfCompletion(settings, { flow, flowToken, options }, result);
  } finally {
    if (person instanceof AskedPerson) person.close();
  }
}

async function openTransport(
  settings: Settings,
  credentials: Credentials,
  flow: string,
  options: Options,
): Promise<Transport> {
  const [appSecret] = credentials.appSecrets;
  const [key] = credentials.privateKeys;
  if (appSecret === undefined || key === undefined) {
    throw new CommandFailed("there is no app secret or no key; see flowpoint serve");
  }
  const base = (options.url ?? serverUrl(settings)).replace(/\/$/, "");
  return createTransport({
    endpointUrl: base.includes("/flows/") ? base : `${base}/flows/${flow}`,
    publicKeyPem: key.publicKeyPem,
    appSecret,
    tls: options.url === undefined ? await loadOwnCertificate(settings) : {},
    fault: options.fault ?? null,
    elapsedMs,
  });
}

async function choosePerson(options: Options): Promise<AskedPerson | ScriptedPerson> {
  const { answers } = options;
  if (answers === undefined) return new AskedPerson(writeProgress);
  const text = await readFile(answers, "utf8").catch((cause: unknown) => {
    throw new CommandFailed(`${answers} cannot be read; name an existing file`, { cause });
  });
  return new ScriptedPerson(parseAnswers(answers, text));
}

function messageOf(document: FlowJsonDocument, options: Options): FlowAction {
  const action =
    options.action ?? (document.dataApiVersion === null ? "navigate" : "data_exchange");
  if (action === "data_exchange") return { action };
  return { action, ...(options.data === undefined ? {} : { data: options.data }) };
}

/** Only to whoever has the server at hand; nothing is sent for a flow that ends without a message. */
function tellOfCompletion(
  settings: Settings,
  opened: { readonly flow: string; readonly flowToken: string; readonly options: Options },
  { params }: WalkResult,
): void {
  const { flow, flowToken, options } = opened;
  const url = options.url?.replace(/(\/flows\/.*|\/)$/, "") ?? null;
  const { hostname } = new URL(url ?? serverUrl(settings));
  if (settings.profile === "production" || !isLoopback(hostname)) return;
  if (Object.keys(params).length === 0) return;
  writeProgress(
    `WhatsApp sends these answers to the webhook, which runs the handler's completed. To do the same:\n  ${completionCommand({ flow, flowToken, params, url })}`,
  );
}

function report(result: WalkResult, transport: Transport, asJson: boolean): void {
  const { outcome, screens, params, reason } = result;
  if (asJson) {
    writeJson({ outcome, screens, params, exchanges: transport.records });
  } else {
    const lines = transport.records.map(({ action, screen, status, ms }) =>
      [`  ${String(status).padStart(3)}`, `${ms.toFixed(1)} ms`.padStart(10), action, screen ?? ""]
        .join("  ")
        .trimEnd(),
    );
    writeProgress(lines.join("\n"));
    writeResult(outcome === "completed" ? `completed ${JSON.stringify(params)}` : outcome);
  }
  if (outcome !== "completed") throw new CommandFailed(reason);
}
