// flowpoint keys rotate [--loaded] [--retire]

import { randomBytes } from "node:crypto";
import path from "node:path";
import { Command } from "commander";
import { systemClock } from "../../app/clock.ts";
import { loadSettings } from "../../app/environment.ts";
import { createClient, requireSettings } from "../../app/sending/graph-settings.ts";
import { loadKeys } from "../../app/load-keys.ts";
import { rotateKeys } from "../../graph/rotate-keys.ts";
import { CommandFailed } from "../command-failed.ts";
import { writeJson, writeProgress, writeResult } from "../output.ts";
import { createRotationPorts } from "../rotation-ports.ts";

type Options = { readonly loaded?: true; readonly retire?: true; readonly json?: true };

const LIMIT_MS = 10 * 60_000;

export function keysRotateCommand(): Command {
  return new Command("rotate")
    .description(
      "replace the key pair step by step: each run goes as far as it can, and says what to do before the next",
    )
    .option("--loaded", "every server has the new key, though it cannot be asked from here")
    .option("--retire", "the old key may go: it is moved to KEYS_DIR/retired")
    .option("--json", "print JSON")
    .action(async (options: Options) => {
      const settings = loadSettings("files");
      const { WHATSAPP_WABA_ID } = requireSettings(settings, [
        "WHATSAPP_ACCESS_TOKEN",
        "WHATSAPP_WABA_ID",
      ]);
      const old = (await loadKeys(settings)).map(({ name }) => name);
      const progress = await rotateKeys(
        {
          client: createClient(settings),
          wabaId: WHATSAPP_WABA_ID,
          ports: createRotationPorts(settings),
          clock: systemClock,
          signal: AbortSignal.timeout(LIMIT_MS),
          report: writeProgress,
        },
        {
          begin: () => {
            if (old.length === 0) {
              throw new CommandFailed(
                "there is no key to replace; make one with flowpoint keys generate, then run flowpoint keys upload",
              );
            }
            return { file: path.join(settings.KEYS_DIR, `${newName()}.pem`), old };
          },
          loaded: options.loaded === true,
          retire: options.retire === true,
        },
      );
      if (options.json === true) return writeJson(progress);
      const inSettings = old.filter((name) => name.startsWith("WHATSAPP_"));
      if (progress.phase === "done" && inSettings.length > 0) {
        writeProgress(`also remove the old key from ${inSettings.join(" and ")}`);
      }
      return writeResult(progress.next ?? "done");
    });
}

/** Two rotations on one day are two keys. */
function newName(): string {
  const date = systemClock.now().toISOString().slice(0, 10);
  return `flowpoint-${date}-${randomBytes(3).toString("hex")}`;
}
