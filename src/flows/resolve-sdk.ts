// Lets handler folders anywhere on disk import `flowpoint`, zod and kysely: they get the server's own copies, so that
// schemas and queries made by a handler are understood by the server, with nothing installed beside the handlers.

import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

const SERVER_MODULE = /^(flowpoint|zod|kysely)(\/|$)/;

/**
 * Resolves the server's modules for every file below `handlersDir`, for the life of the process.
 *
 * @param handlersDir  absolute real path
 */
export function resolveSdkFor(handlersDir: string): void {
  const below = `${pathToFileURL(handlersDir).href}/`;
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const fromHandlers = context.parentURL?.startsWith(below) === true;
      if (fromHandlers && SERVER_MODULE.test(specifier)) {
        return nextResolve(specifier, { ...context, parentURL: import.meta.url });
      }
      const resolved = nextResolve(specifier, context);
      // Without a package.json nearby Node would guess the module kind of each file, and warn that it had to.
      return resolved.url.startsWith(below) && resolved.url.endsWith(".ts")
        ? { ...resolved, format: "module-typescript" }
        : resolved;
    },
  });
}
