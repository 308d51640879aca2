// flowpoint keys rotate [--loaded] [--retire]

import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { Command } from "commander";
import { systemClock } from "../../app/clock.ts";
import { loadSettings } from "../../app/environment.ts";
import { createClient, requireSettings } from "../../app/sending/graph-settings.ts";
import { loadKeys } from "../../app/load-keys.ts";
import type { Settings } from "../../app/settings.ts";
import { takeProcessLock } from "../../graph/process-lock.ts";
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
      const { KEYS_DIR } = settings;
      const { WHATSAPP_WABA_ID } = requireSettings(settings, [
        "WHATSAPP_ACCESS_TOKEN",
        "WHATSAPP_WABA_ID",
      ]);
      await mkdir(KEYS_DIR, { recursive: true });
      // Two would make two keys.
      const lock = await takeProcessLock(path.join(KEYS_DIR, "rotation.json.held"), {
        purpose: "flowpoint keys rotate",
        now: systemClock.now(),
        onTakeover: writeProgress,
      });
      try {
        await rotate(settings, WHATSAPP_WABA_ID, options);
      } finally {
        await lock.release();
      }
    });
}

async function rotate(settings: Settings, wabaId: string, options: Options): Promise<void> {
  const old = (await loadKeys(settings)).map(({ name }) => name);
  const progress = await rotateKeys(
    {
      client: createClient(settings),
      wabaId,
      ports: createRotationPorts(settings),
      clock: systemClock,
      signal: AbortSignal.timeout(LIMIT_MS),
      report: writeProgress,
    },
    {
      begin: () => {
        // Somebody has run the last command once more, and wants no second new key.
        if (options.retire === true) {
          throw new CommandFailed(
            "no rotation is under way, so nothing is to be retired; begin one with flowpoint keys rotate",
          );
        }
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
}

/** Two rotations on one day are two keys. */
function newName(): string {
  const date = systemClock.now().toISOString().slice(0, 10);
  return `flowpoint-${date}-${randomBytes(3).toString("hex")}`;
}
