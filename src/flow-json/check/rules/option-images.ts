// Options show images or colours, one or the other throughout a list.

import { isJsonArray, isJsonObject } from "../../json-value.ts";
import type { FlowView } from "../flow-view.ts";
import type { Problem } from "./rule.ts";

export function* optionImages({ screens }: FlowView): Generator<Problem> {
  for (const { type, properties, path } of screens.flatMap(({ flat }) => flat)) {
    const options = properties["data-source"];
    if (!isJsonArray(options)) continue;
    const has = (property: string): boolean =>
      options.some((option) => isJsonObject(option) && option[property] !== undefined);
    if (!has("image") || !has("color")) continue;
    yield {
      code: "DATA_SOURCE_ITEMS_HAVE_BOTH_IMAGE_AND_COLOR",
      at: [...path, "data-source"],
      message: `some options of this ${type} have an image and some a color`,
      hint: "give all of them images, or all of them colors",
    };
  }
}
