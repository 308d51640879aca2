// flowpoint graph fake [--port <port>]

import { Command, InvalidArgumentError } from "commander";
import { elapsedMs, systemClock } from "../../app/clock.ts";
import { loadSettings } from "../../app/environment.ts";
import { loadDevelopmentSecrets } from "../../app/development-secrets.ts";
import { onStopSignals } from "../../app/lifecycle.ts";
import { serverUrl, type Settings } from "../../app/settings.ts";
import {
  createGraphServer,
  FAKE_FAULTS,
  type FakeFault,
  type FakeStep,
} from "../../graph/fake/graph-server.ts";
import { createHealthCheck } from "../../graph/fake/health-check.ts";
import { loadOwnCertificate } from "../own-certificate.ts";
import { writeProgress, writeResult } from "../output.ts";

type Options = {
  readonly port: number;
  readonly wabaId: string;
  readonly phoneNumberId: readonly string[];
  readonly appId: string;
  readonly token: string;
  readonly fault: readonly Fault[];
  readonly template?: readonly string[];
};

/** Goes wrong at each request of that name, `times` times. */
type Fault = { readonly step: string; readonly fault: FakeFault; readonly times: number };

const NUMBER = "100000000000002";

export function graphFakeCommand(): Command {
  return new Command("fake")
    .description(
      "a stand-in for Meta's Graph API on this machine: an empty account, kept in memory until it ends",
    )
    .option("--port <port>", "0 for any free one", parsePort, 0)
    .option("--waba-id <id>", "the account's id", "100000000000001")
    .option("--phone-number-id <id...>", "its phone numbers' ids", [NUMBER])
    .option("--app-id <id>", "the app's id", "100000000000003")
    .option("--token <token>", "the access token it takes", "fake-access-token")
    .option("--template <name:language...>", "templates that are approved")
    .option(
      "--fault <step=fault...>",
      `what goes wrong, as "POST flows=answer-lost" or "POST publish=unwell:2"; faults: ${Object.keys(FAKE_FAULTS).join(", ")}`,
      parseFaults,
      [],
    )
    .action(async (options: Options) => {
      const settings = loadSettings("files");
      const publicUrl = publicUrlOf(settings);
      const server = createGraphServer({
        wabaId: options.wabaId,
        phoneNumberIds: options.phoneNumberId,
        accessToken: options.token,
        clock: systemClock,
        templates: (options.template ?? []).map((text) => {
          const [name = "", language = ""] = text.split(":");
          return { name, language };
        }),
        chooseFault: chooseFrom(options.fault),
        onMessage: ({ id, flowToken }) =>
          writeProgress(`message ${id}: flow token ${flowToken ?? "unused"}`),
        isEndpointWell: createHealthCheck({
          findAppSecret: () => findAppSecret(settings),
          tls: await loadOwnCertificate(settings),
          report: writeProgress,
        }),
        app: {
          id: options.appId,
          // Whichever this machine has made up is right.
          secret: null,
          isSubscribed: true,
          callbackUrl: `${publicUrl}/webhooks/whatsapp`,
          fields: ["messages", "flows"],
        },
      });
      const url = await server.listen({ host: "127.0.0.1", port: options.port });
      writeResult(
        [
          `GRAPH_API_URL=${url}`,
          `WHATSAPP_ACCESS_TOKEN=${options.token}`,
          `WHATSAPP_WABA_ID=${options.wabaId}`,
          `WHATSAPP_PHONE_NUMBER_ID=${options.phoneNumberId[0] ?? ""}`,
          `WHATSAPP_APP_ID=${options.appId}`,
          `PUBLIC_URL=${publicUrl}`,
        ].join("\n"),
      );
      writeProgress("Ctrl-C ends it");
      await new Promise<void>((resolve) => onStopSignals(elapsedMs, resolve, () => resolve()));
      await server.close();
    });
}

/** With the stand-in, nobody but this machine calls the server. */
function publicUrlOf(settings: Settings): string {
  return (settings.PUBLIC_URL ?? serverUrl(settings)).replace(/\/+$/, "");
}

/** That of a development server here; in production there is none but the one that is set. */
async function findAppSecret(settings: Settings): Promise<string | null> {
  const [given] = settings.WHATSAPP_APP_SECRET ?? [];
  if (given !== undefined) return given.reveal();
  if (settings.profile === "production") return null;
  return (await loadDevelopmentSecrets(settings.DATA_DIR)).appSecret;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("must be a whole number from 0 to 65535.");
}

function parseFaults(text: string, earlier: readonly Fault[]): readonly Fault[] {
  const [, step, fault, times = "1"] = /^([^=]+)=([a-z-]+)(?::(\d{1,4}))?$/.exec(text) ?? [];
  if (step !== undefined && fault !== undefined && isFault(fault)) {
    return [...earlier, { step, fault, times: Number(times) }];
  }
  throw new InvalidArgumentError(
    `must be a step, = and one of ${Object.keys(FAKE_FAULTS).join(", ")}.`,
  );
}

function isFault(name: string): name is FakeFault {
  return Object.hasOwn(FAKE_FAULTS, name);
}

function chooseFrom(faults: readonly Fault[]): (step: FakeStep) => FakeFault | null {
  const left = faults.map((fault) => ({ ...fault }));
  return ({ name }) => {
    const found = left.find((fault) => fault.step === name && fault.times > 0);
    if (found === undefined) return null;
    found.times -= 1;
    return found.fault;
  };
}
