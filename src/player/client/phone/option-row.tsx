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
      <span class="wa-option-title" dir="auto">
        {option.title}
      </span>
      {description !== "" && (
        <span class="wa-option-description" dir="auto">
          {description}
        </span>
      )}
      {metadata !== "" && (
        <span class="wa-option-description" dir="auto">
          {metadata}
        </span>
      )}
    </span>
  );
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
