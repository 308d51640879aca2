// How many images an ImageCarousel shows, and that they are images.
// Source: Meta, "Components", ImageCarousel; observed in Meta's web client, August 2026.

import type { Component } from "../../component-tree.ts";
import { isJsonArray, isJsonObject, type JsonValue } from "../../json-value.ts";
import type { FlowView } from "../flow-view.ts";
import { isStaticText } from "./date-text.ts";
import { type Problem, replaceValue } from "./rule.ts";

const CODE = "INVALID_PROPERTY_VALUE";
const MAX_IMAGES = 3;
const MAX_PER_FLOW = 3;

export function* imageCarousels({ screens }: FlowView): Generator<Problem> {
  const carousels = screens.flatMap(({ flat }) =>
    flat.filter(({ type }) => type === "ImageCarousel"),
  );
  for (const carousel of carousels) {
    const images = carousel.properties["images"];
    if (isJsonArray(images)) yield* checkImages(carousel, images);
  }
  for (const { path } of carousels.slice(MAX_PER_FLOW)) {
    yield {
      code: CODE,
      at: [...path, "type"],
      message: `a flow has at most ${MAX_PER_FLOW} ImageCarousels; this one has ${carousels.length}`,
      hint: "use an Image instead",
    };
  }
}

function* checkImages({ path }: Component, images: readonly JsonValue[]): Generator<Problem> {
  if (images.length > MAX_IMAGES) {
    yield {
      code: CODE,
      at: [...path, "images"],
      message: `an ImageCarousel shows ${MAX_IMAGES} images; this one has ${images.length}`,
      hint: "remove some, or use a second carousel",
    };
  }
  for (const [index, image] of images.entries()) {
    const src = isJsonObject(image) ? image["src"] : undefined;
    if (!isStaticText(src) || isBase64(src)) continue;
    const at = [...path, "images", index, "src"];
    const bare = withoutPrefix(src);
    yield {
      code: CODE,
      at,
      message: "the image is not base64",
      hint:
        bare === src ? "write the image's bytes as base64" : "remove everything up to the comma",
      fix: bare !== src && isBase64(bare) ? replaceValue(at, bare) : null,
    };
  }
}

export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

/** A data URI's content; anything else unchanged. */
export function withoutPrefix(text: string): string {
  return text.replace(/^data:[\w/+.;=-]{0,100},/, "");
}
