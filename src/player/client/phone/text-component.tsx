// TextHeading, TextSubheading, TextBody, TextCaption and RichText.

import type { JSX } from "preact";
import { asText } from "../../../flow-json/evaluate.ts";
import { isJsonArray } from "../../../flow-json/json-value.ts";
import type { ViewComponent } from "../../../phone/view.ts";
import { RichText } from "./rich-text.tsx";

export function TextComponent({ component }: { readonly component: ViewComponent }): JSX.Element {
  const { type, properties } = component;
  const { text } = properties;
  const paragraphs = isJsonArray(text) ? text.map(asText) : [asText(text)];
  switch (type) {
    case "TextHeading":
      return (
        <h3 class="wa-heading" dir="auto">
          {paragraphs.join(" ")}
        </h3>
      );
    case "TextSubheading":
      return (
        <h4 class="wa-subheading" dir="auto">
          {paragraphs.join(" ")}
        </h4>
      );
    case "RichText":
      return <RichText lines={paragraphs} />;
    default:
      return properties["markdown"] === true ? (
        <div class={type === "TextCaption" ? "wa-small" : ""}>
          <RichText lines={paragraphs} />
        </div>
      ) : (
        <Paragraphs component={component} paragraphs={paragraphs} />
      );
  }
}

function Paragraphs({
  component: { type, properties },
  paragraphs,
}: {
  readonly component: ViewComponent;
  readonly paragraphs: readonly string[];
}): JSX.Element {
  const weight = asText(properties["font-weight"]);
  const classes = [
    type === "TextCaption" ? "wa-caption" : "wa-body",
    weight.includes("bold") ? "is-bold" : "",
    weight.includes("italic") ? "is-italic" : "",
    properties["strikethrough"] === true ? "is-struck" : "",
  ];
  return (
    <>
      {paragraphs.map((paragraph, index) => (
        <p key={index} class={classes.filter(Boolean).join(" ")} dir="auto">
          {paragraph}
        </p>
      ))}
    </>
  );
}
