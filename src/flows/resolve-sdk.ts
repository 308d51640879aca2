// Lets handler folders anywhere on disk import `flowpoint`, zod and kysely: they get the server's own copies, so that
// schemas and queries made by a handler are understood by the server, with nothing installed beside the handlers.

import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

const SERVER_MODULE = /^(flowpoint|zod|kysely)(\/|$)/;

/**
 * Resolves the server's modules for every file below `folders`, for the life of the process.
 *
 * @param folders  absolute real paths
 */
export function resolveSdkFor(folders: readonly string[]): void {
  const prefixes = folders.map((folder) => `${pathToFileURL(folder).href}/`);
  resolveSdkWhere((url) => prefixes.some((prefix) => url.startsWith(prefix)));
}

/** The same for every file that no package manager installed: for a process that runs handlers' tests. */
export function resolveSdkEverywhere(): void {
  resolveSdkWhere((url) => url.startsWith("file:") && !url.includes("/node_modules/"));
}

function resolveSdkWhere(isHandlerFile: (url: string) => boolean): void {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const fromHandlers = context.parentURL !== undefined && isHandlerFile(context.parentURL);
      if (fromHandlers && SERVER_MODULE.test(specifier)) {
        return nextResolve(specifier, { ...context, parentURL: import.meta.url });
      }
      const resolved = nextResolve(specifier, context);
      // Without a package.json nearby Node would guess the module kind of each file, and warn that it had to.
      return isHandlerFile(resolved.url) && resolved.url.endsWith(".ts")
        ? { ...resolved, format: "module-typescript" }
        : resolved;
    },
  });
}
