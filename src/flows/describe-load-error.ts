// Why a handler's file does not load, in one line: the place as `file:line:column`, Node's words, and the remedy for
// the mistakes that everybody makes once. Node tells the place in stacks and excerpts only; what is read from them is
// shown to people and decides nothing.

import { existsSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

type Place = {
  readonly file: string;
  /** Both count from 1; `null` where Node does not tell. */
  readonly line: number | null;
  readonly column: number | null;
};

type Mistake = { readonly place: Place | null; readonly says: string };

/**
 * The remedy, where there is one, follows the only semicolon.
 *
 * @param file   that was imported; the mistake may be in another one that it needs
 * @param cause  what the import threw
 */
export function describeLoadError(file: string, cause: unknown): string {
  const { place, says } =
    cause instanceof Error ? findMistake(cause) : { place: null, says: String(cause) };
  const found = place === null ? null : asListed(place, path.dirname(file));
  const needed = found === null || found.file === file ? "" : `, and ${file} needs it`;
  return `${found === null ? file : formatPlace(found)} does not load${needed}: ${says}`;
}

function findMistake(error: Error): Mistake {
  const code = "code" in error ? error.code : null;
  if (code === "ERR_MODULE_NOT_FOUND" || code === "ERR_UNSUPPORTED_DIR_IMPORT") {
    return findMissingImport(error) ?? { place: null, says: error.message };
  }
  const remedy = code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX" ? `; ${ERASABLE}` : "";
  const stack = error.stack ?? "";
  return { place: placeAbove(stack) ?? placeInFrames(stack), says: `${error.message}${remedy}` };
}

const ERASABLE =
  'Node runs a handler by leaving its types out: for an enum write an object "as const", for a parameter property a field, for a namespace a file';

/** Node names the importing file, and no line: that is where the file names what is not there. */
function findMissingImport(error: Error): Mistake | null {
  const [, importer] = / imported from (.+)$/.exec(error.message) ?? [];
  if (importer === undefined || !existsSync(importer)) return null;
  const text = readFileSync(importer, "utf8");
  const missing = "url" in error ? error.url : null;
  const base = pathToFileURL(importer).href;
  for (const { 1: specifier = "", index } of text.matchAll(/["'](\.{1,2}\/[^"'\n]*)["']/g)) {
    const url = URL.parse(specifier, base);
    if (url === null || url.href !== missing) continue;
    const says = `it imports "${specifier}", which is no file; ${correctionFor(specifier, url)}`;
    return { place: placeAt(importer, text, index), says };
  }
  const [, name = ""] = /^Cannot find package '(.+?)'/.exec(error.message) ?? [];
  if (name === "") return null;
  const says = `it imports the package "${name}", which is not installed; install it, or correct its name`;
  const at = Math.max(text.indexOf(`"${name}`), text.indexOf(`'${name}`));
  return { place: at < 0 ? wholeFile(importer) : placeAt(importer, text, at), says };
}

/** Bundlers and the compiler let an ending be left out, or written as that of the output; Node does not. */
function correctionFor(specifier: string, url: URL): string {
  const file = fileURLToPath(url);
  const found = [
    [`${file}.ts`, `${specifier}.ts`],
    [`${file}.js`, `${specifier}.js`],
    [file.replace(/\.js$/, ".ts"), specifier.replace(/\.js$/, ".ts")],
    [path.join(file, "index.ts"), `${specifier.replace(/\/$/, "")}/index.ts`],
  ].find(([candidate = ""]) => candidate !== file && existsSync(candidate));
  return found === undefined ? "correct the path" : `write the file's extension: "${found[1]}"`;
}

/** Of a file that cannot be parsed: `file:line` above an excerpt, with carets below the column. */
function placeAbove(stack: string): Place | null {
  const [first = "", ...lines] = stack.split("\n");
  const [, file, line] = /^((?:file:\/\/)?\/.+):(\d+)$/.exec(first) ?? [];
  if (file === undefined) return null;
  const carets = lines.find((each) => /^[ \t]*\^+[ \t]*$/.test(each));
  const column = carets === undefined ? null : carets.indexOf("^") + 1;
  return { file: asPath(file), line: Number(line), column };
}

/** Of what a file threw while it ran: the innermost frame that is neither the server's, Node's nor a package's. */
function placeInFrames(stack: string): Place | null {
  const frames = stack.matchAll(/^ +at (?:.*[ (])?((?:file:\/\/)?\/[^()]+?):(\d+):(\d+)\)?$/gm);
  for (const [, file = "", line, column] of frames) {
    const place = { file: asPath(file), line: Number(line), column: Number(column) };
    if (!place.file.startsWith(OWN_SOURCES) && !place.file.includes("/node_modules/")) return place;
  }
  return null;
}

const OWN_SOURCES = `${path.resolve(import.meta.dirname, "..")}${path.sep}`;

function placeAt(file: string, text: string, index: number): Place {
  const lines = text.slice(0, index).split("\n");
  return { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

function wholeFile(file: string): Place {
  return { file, line: null, column: null };
}

/** Node follows links; a developer knows the folder by the path that it was found by. */
function asListed(place: Place, folder: string): Place {
  const below = path.relative(realpathSync(folder), place.file);
  return below.startsWith("..") ? place : { ...place, file: path.join(folder, below) };
}

function asPath(pathOrUrl: string): string {
  return pathOrUrl.startsWith("file:") ? fileURLToPath(pathOrUrl) : pathOrUrl;
}

function formatPlace({ file, line, column }: Place): string {
  return [file, ...(line === null ? [] : [line]), ...(column === null ? [] : [column])].join(":");
}
