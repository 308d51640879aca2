// Images that a client does not draw, or not everywhere: with the prefix of a data URI, too large, or
// WebP.
// Source: Meta, "Components", Image, and limits of list images since 6.0.

import { isAtLeast } from "../../versions.ts";
import { boundValues } from "../bound-values.ts";
import type { FlowView } from "../flow-view.ts";
import { isStaticText } from "../rules/date-text.ts";
import { isBase64, withoutPrefix } from "../rules/image-carousels.ts";
import { type Problem, replaceValue } from "../rules/rule.ts";

const MAX_KILOBYTES = 300;
const MAX_LIST_KILOBYTES = 100;

/** `RIFF`, in base64: how every WebP begins, and no JPEG or PNG. */
const WEBP_START = "UklGR";

export function* images({ version, screens }: FlowView): Generator<Problem> {
  const listLimit = isAtLeast(version, "6.0") ? MAX_LIST_KILOBYTES : MAX_KILOBYTES;
  for (const component of screens.flatMap(({ flat }) => flat)) {
    for (const { property, text, path } of boundValues(component, isLong)) {
      if ((property !== "src" && property !== "image") || !isStaticText(text)) continue;
      const bare = withoutPrefix(text);
      // In a carousel Meta refuses the prefix itself.
      if (bare !== text && component.type !== "ImageCarousel") {
        yield {
          code: "IMAGE_DATA_URI",
          at: path,
          message: "the image begins with the prefix of a data URI, which not every client takes",
          hint: "remove everything up to the comma",
          fix: isBase64(bare) ? replaceValue(path, bare) : null,
        };
      }
      const kilobytes = Math.ceil((bare.length * 3) / 4 / 1024);
      const limit = property === "image" ? listLimit : MAX_KILOBYTES;
      if (kilobytes > limit) {
        yield {
          code: "IMAGE_TOO_LARGE",
          at: path,
          message: `the image has ${kilobytes} KB; clients take ${limit}`,
          hint: "make it smaller, or save it as JPEG",
        };
      }
      if (bare.startsWith(WEBP_START)) {
        yield {
          code: "IMAGE_FORMAT",
          at: path,
          message: "the image is WebP, which older phones do not draw",
          hint: "save it as JPEG or PNG",
        };
      }
    }
  }
}

/** The shortest image there is has more than this, and so has the prefix of a data URI. */
function isLong(text: string): boolean {
  return text.length > 12;
}
