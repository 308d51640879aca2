// Where an error that stopped the start of a server is to be mended. Node and the loader of handlers write places into
// messages and stacks; what is found there is shown to people and decides nothing.

import path from "node:path";
import type { PlayerProblem } from "../../player/api.ts";
import { reasonOf } from "../explain-error.ts";

const OWN_SOURCES = path.resolve(import.meta.dirname, "../..");

/** `/folder/handler.ts:12:3`, as a path or as a URL; line and column may be absent. */
const PLACE = /(?:file:\/\/)?(\/[^\s:()"']+\.(?:ts|json))(?::(\d+))?(?::(\d+))?/g;

type Place = Omit<PlayerProblem, "message">;

export function describeProblem(error: unknown): PlayerProblem {
  return { message: reasonOf(error), ...findPlace(error) };
}

const NOWHERE: Place = { file: null, line: null, column: null };

/** The message may name the file, and even the line; a stack may know the line. */
function findPlace(error: unknown): Place {
  if (!(error instanceof Error)) return NOWHERE;
  const [named] = placesIn(error.message);
  if (named !== undefined && named.line !== null) return named;
  const places = stacksOf(error).flatMap(placesIn);
  return (
    places.find(
      ({ file, line }) => line !== null && (named === undefined || file === named.file),
    ) ??
    named ??
    NOWHERE
  );
}

/** The first cause's before those of what it caused. */
function stacksOf(error: Error): readonly string[] {
  const stacks: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) stacks.unshift(at.stack ?? "");
  return stacks;
}

/** A developer's files only: a frame of the server or a package is where a mistake shows, not where it is. */
function placesIn(text: string): readonly Place[] {
  return [...text.matchAll(PLACE)]
    .map(([, file = "", line, column]) => ({
      file,
      line: line === undefined ? null : Number(line),
      column: column === undefined ? null : Number(column),
    }))
    .filter(({ file }) => !file.startsWith(`${OWN_SOURCES}/`) && !file.includes("/node_modules/"));
}
