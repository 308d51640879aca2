// Something valid to write where a property is missing, for hints: the reader sees the shape and puts in his own words.

import type { JsonValue } from "../../json-value.ts";
import type { FlowJsonVersion } from "../../versions.ts";
import type { ValueSpec } from "./value-spec.ts";

export function sampleValue(spec: ValueSpec, key: string, version: FlowJsonVersion): JsonValue {
  switch (spec.kind) {
    case "text":
      return TEXT_SAMPLES[key] ?? sentence(key);
    case "plain":
      return PLAIN_SAMPLES[key] ?? sentence(key);
    case "name":
      return spec.sample ?? "field_name";
    case "boolean":
      return true;
    case "number":
      return spec.minimum ?? 1;
    case "enum":
      return spec.values[0] ?? "";
    case "const":
      return spec.values(version)[0] ?? "";
    case "list":
      return [sampleValue(spec.items, key, version)];
    case "object":
      return Object.fromEntries(
        Object.entries(spec.properties)
          .filter(([, { required }]) => required)
          .map(([name, { value }]) => [name, sampleValue(value, name, version)]),
      );
    case "map":
      return {};
    case "action":
      return { name: Object.keys(spec.action.names)[0] ?? "", payload: {} };
    case "components":
      return [{ type: "TextBody", text: "Text" }];
    case "data-entry":
      return { type: "string", __example__: "Example" };
    case "condition":
      return "${data.is_shown}";
    case "binding":
      return "${data.value}";
    case "regex":
      return "[0-9]+";
    case "anything":
      return {};
  }
}

const PLAIN_SAMPLES: Readonly<Record<string, string>> = {
  id: "SCREEN",
  color: "#25D366",
  url: "https://example.com",
};

/** The first bytes of a PNG file in base64; the rest is the reader's. */
const IMAGE = "iVBORw0KGgo=";

const TEXT_SAMPLES: Readonly<Record<string, string>> = { id: "first", src: IMAGE, image: IMAGE };

function sentence(key: string): string {
  const words = key.replaceAll(/[-_]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
