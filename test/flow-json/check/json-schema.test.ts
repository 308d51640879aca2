import { describe, expect, it } from "vitest";
import { createJsonSchema } from "../../../src/flow-json/check/json-schema.ts";
import { FLOW_JSON_VERSIONS } from "../../../src/flow-json/versions.ts";

function definitionOf(version: (typeof FLOW_JSON_VERSIONS)[number], name: string): unknown {
  const { definitions } = createJsonSchema(version) as {
    readonly definitions: Readonly<Record<string, unknown>>;
  };
  return definitions[name];
}

function bindingPattern(version: "5.1" | "6.0"): RegExp {
  const { pattern } = definitionOf(version, "binding") as { readonly pattern: string };
  return new RegExp(pattern);
}

describe("createJsonSchema", () => {
  it.each(FLOW_JSON_VERSIONS)("refers only to what it defines, in %s", (version) => {
    const schema = createJsonSchema(version);
    const names = Object.keys(schema["definitions"] as object);

    const references = [...JSON.stringify(schema).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, reference]) => reference,
    );

    expect(new Set(references)).toEqual(new Set(names.map((name) => `#/definitions/${name}`)));
  });

  it("offers what the version has, and nothing else", () => {
    expect(definitionOf("6.1", "TextInput")).not.toHaveProperty("properties.pattern");
    expect(definitionOf("6.2", "TextInput")).toHaveProperty("properties.pattern");
    expect(definitionOf("6.2", "ChipsSelector")).toBeUndefined();
    expect(definitionOf("7.0", "ChipsSelector")).toHaveProperty("properties.data-source");
    expect(definitionOf("7.0", "if")).not.toHaveProperty(
      "properties.type.enum",
      expect.arrayContaining(["ChipsSelector"]),
    );
    expect(definitionOf("7.1", "if")).toHaveProperty(
      "properties.type.enum",
      expect.arrayContaining(["ChipsSelector"]),
    );
  });

  it("tells an editor what is required, and refuses the rest", () => {
    expect(definitionOf("7.3", "Footer")).toMatchObject({
      required: ["type", "label", "on-click-action"],
      additionalProperties: false,
    });
    expect(createJsonSchema("7.3")).toMatchObject({
      required: ["version", "screens"],
      properties: { version: { const: "7.3" }, data_api_version: { enum: ["3.0", "4.0"] } },
    });
  });

  it("knows bindings everywhere and expressions from 6.0 on", () => {
    expect(bindingPattern("5.1").test("${data.a}")).toBe(true);
    expect(bindingPattern("5.1").test("${a}")).toBe(false);
    expect(bindingPattern("5.1").test("`!${data.a}`")).toBe(false);
    expect(bindingPattern("6.0").test("`!${data.a}`")).toBe(true);
  });
});
