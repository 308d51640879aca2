// flowpoint flows schema [version]

import { Command, InvalidArgumentError } from "commander";
import { RECOMMENDED_VERSION } from "../../flow-json/check/check-document.ts";
import { createJsonSchema } from "../../flow-json/check/json-schema.ts";
import {
  FLOW_JSON_VERSIONS,
  type FlowJsonVersion,
  isFlowJsonVersion,
} from "../../flow-json/versions.ts";
import { writeJson } from "../output.ts";

export function flowsSchemaCommand(): Command {
  return new Command("schema")
    .description("print a JSON Schema of Flow JSON, for editors to complete and check with")
    .argument("[version]", "a Flow JSON version", parseVersion, RECOMMENDED_VERSION)
    .action((version: FlowJsonVersion) => writeJson(createJsonSchema(version)));
}

function parseVersion(text: string): FlowJsonVersion {
  if (isFlowJsonVersion(text)) return text;
  throw new InvalidArgumentError(`give one of ${FLOW_JSON_VERSIONS.join(", ")}.`);
}
