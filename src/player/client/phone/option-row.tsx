// What an option of a list shows beside its title: picture or colour, description, metadata.

import type { JSX } from "preact";
import { asText } from "../../../flow-json/evaluate.ts";
import type { OfferedOption } from "../../../phone/offered-options.ts";
import { Picture } from "./picture.tsx";

export function OptionTexts({ option }: { readonly option: OfferedOption }): JSX.Element {
  const description = asText(option.properties["description"]);
  const metadata = asText(option.properties["metadata"]);
  return (
    <span class="wa-option-texts">
      <span class="wa-option-title" dir={directionOf(option.title)}>
        {option.title}
      </span>
      {description !== "" && (
        <span class="wa-option-description" dir={directionOf(description)}>
          {description}
        </span>
      )}
      {metadata !== "" && (
        <span class="wa-option-description" dir={directionOf(metadata)}>
          {metadata}
        </span>
      )}
    </span>
  );
}

/** Prices and times have no direction of their own: they go with the screen's. */
function directionOf(text: string): "auto" | undefined {
  return /\p{L}/u.test(text) ? "auto" : undefined;
}

export function OptionPicture({
  option,
  isLarge,
}: {
  readonly option: OfferedOption;
  readonly isLarge: boolean;
}): JSX.Element | null {
  const { image, color } = option.properties;
  const alt = asText(option.properties["alt-text"]);
  const className = isLarge ? "wa-option-picture is-large" : "wa-option-picture";
  if (typeof image === "string") return <Picture base64={image} alt={alt} className={className} />;
  if (typeof color !== "string" || !/^#[\da-f]{6}$/i.test(color)) return null;
  return (
    <span
      class={className}
      role="img"
      aria-label={alt || color}
      style={{ backgroundColor: color }}
    />
  );
}
