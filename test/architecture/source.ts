// What the architecture rules need to know of one source file: what it imports
// and which globals it touches. Read from the syntax tree, by vite's
// parser, so text in comments and strings is never mistaken for code.

import { isBuiltin } from "node:module";
import { parseSync, Visitor, type ESTree } from "vite";

export type Import = {
  /** As written; a built-in module always with its `node:` prefix. */
  readonly specifier: string;
  /** `type` is gone at run time; everything else, `import()` too, is `value`. */
  readonly kind: "value" | "type";
  readonly line: number;
};

/** A global as code touches it: `process.env`, `Date.now`, `new Date()`, `fetch()`. */
export type Use = { readonly name: string; readonly line: number };

export type Source = {
  /** From the project's root, with `/`. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly uses: readonly Use[];
};

/** @throws Error naming the file, when it does not parse */
export function parseSource(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text);
  if (errors[0] !== undefined) throw new Error(`${path} does not parse: ${errors[0].message}`);
  const lineAt = (offset: number): number => text.slice(0, offset).split("\n").length;

  const imports: Import[] = [];
  const addImport = (specifier: string, isType: boolean, offset: number): void => {
    const name = isBuiltin(specifier) ? `node:${specifier.replace(/^node:/, "")}` : specifier;
    imports.push({ specifier: name, kind: isType ? "type" : "value", line: lineAt(offset) });
  };
  const uses: Use[] = [];
  const addUse = (name: string, offset: number): void => {
    uses.push({ name: name.replace(/^globalThis\./, ""), line: lineAt(offset) });
  };

  new Visitor({
    ImportDeclaration(node) {
      const onlyTypes =
        node.specifiers.length > 0 &&
        node.specifiers.every((one) => one.type === "ImportSpecifier" && one.importKind === "type");
      addImport(node.source.value, node.importKind === "type" || onlyTypes, node.start);
    },
    ExportAllDeclaration(node) {
      addImport(node.source.value, node.exportKind === "type", node.start);
    },
    ExportNamedDeclaration(node) {
      if (node.source === null) return;
      const onlyTypes =
        node.specifiers.length > 0 && node.specifiers.every((one) => one.exportKind === "type");
      addImport(node.source.value, node.exportKind === "type" || onlyTypes, node.start);
    },
    TSImportType(node) {
      addImport(node.source.value, true, node.start);
    },
    ImportExpression(node) {
      // A path made at run time (a handler's own file) is no edge between our files.
      if (node.source.type === "Literal" && typeof node.source.value === "string") {
        addImport(node.source.value, false, node.start);
      }
    },
    MemberExpression(node) {
      const name = dottedName(node);
      if (name !== undefined) addUse(name, node.start);
    },
    VariableDeclarator(node) {
      if (node.id.type !== "ObjectPattern" || node.init?.type !== "Identifier") return;
      for (const property of node.id.properties) {
        if (property.type === "Property" && property.key.type === "Identifier") {
          addUse(`${node.init.name}.${property.key.name}`, property.start);
        }
      }
    },
    CallExpression(node) {
      const name = dottedName(node.callee);
      if (name !== undefined) addUse(`${name}()`, node.start);
    },
    NewExpression(node) {
      const name = dottedName(node.callee);
      const given = node.arguments.length === 0 ? "" : "…";
      if (name !== undefined) addUse(`new ${name}(${given})`, node.start);
    },
  }).visit(program);

  return { path, lines: text.replace(/\n$/, "").split("\n").length, imports, uses };
}

/** `a.b` and `a["b"]` of an identifier as `a.b`; `undefined` for anything computed. */
function dottedName(node: ESTree.Expression | ESTree.Super): string | undefined {
  if (node.type === "Identifier") return node.name;
  if (node.type !== "MemberExpression") return undefined;
  const [object, property] = [dottedName(node.object), propertyName(node)];
  return object === undefined || property === undefined ? undefined : `${object}.${property}`;
}

function propertyName({ computed, property }: ESTree.MemberExpression): string | undefined {
  if (!computed) return property.type === "Identifier" ? property.name : undefined;
  return property.type === "Literal" && typeof property.value === "string"
    ? property.value
    : undefined;
}
