// Image and ImageCarousel.

import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { asText } from "../../../flow-json/evaluate.ts";
import { isJsonArray, isJsonObject, type JsonObject } from "../../../flow-json/json-value.ts";
import type { ViewComponent } from "../../../phone/view.ts";
import { Picture } from "./picture.tsx";

type Props = { readonly component: ViewComponent };

export function ImageComponent({ component: { properties } }: Props): JSX.Element {
  const { width, height } = properties;
  const ratio = properties["aspect-ratio"];
  return (
    <div class="wa-image">
      <Picture
        base64={asText(properties["src"])}
        alt={asText(properties["alt-text"])}
        className={fitClass(properties)}
        style={{
          ...(isPositive(width) ? { width: `${width}px` } : {}),
          ...(isPositive(height) ? { height: `${height}px` } : {}),
          ...(isPositive(ratio) && !isPositive(height) ? { aspectRatio: String(ratio) } : {}),
        }}
      />
    </div>
  );
}

export function ImageCarousel({ component: { properties } }: Props): JSX.Element {
  const strip = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const { images: given } = properties;
  const images = isJsonArray(given) ? given.filter(isJsonObject) : [];
  const go = (index: number): void => {
    const target = Math.max(0, Math.min(images.length - 1, index));
    setAt(target);
    strip.current?.children[target]?.scrollIntoView({ block: "nearest", inline: "start" });
  };
  return (
    <div
      class={properties["aspect-ratio"] === "16:9" ? "wa-carousel is-wide" : "wa-carousel"}
      role="group"
      aria-roledescription="carousel"
      aria-label="Pictures"
    >
      <div class="wa-carousel-strip" ref={strip}>
        {images.map((image, index) => (
          <div
            key={index}
            class="wa-carousel-slide"
            role="group"
            aria-roledescription="slide"
            aria-label={`${index + 1} of ${images.length}`}
          >
            <Picture
              base64={asText(image["src"])}
              alt={asText(image["alt-text"])}
              className={fitClass(properties)}
            />
          </div>
        ))}
      </div>
      {images.length > 1 && (
        <div class="wa-carousel-controls">
          <button
            type="button"
            aria-label="Previous picture"
            disabled={at === 0}
            onClick={() => go(at - 1)}
          >
            ‹
          </button>
          <span aria-live="polite">
            {at + 1} / {images.length}
          </span>
          <button
            type="button"
            aria-label="Next picture"
            disabled={at === images.length - 1}
            onClick={() => go(at + 1)}
          >
            ›
          </button>
        </div>
      )}
    </div>
  );
}

function fitClass(properties: JsonObject): string {
  return properties["scale-type"] === "cover" ? "wa-picture is-cover" : "wa-picture";
}

function isPositive(value: unknown): value is number {
  return typeof value === "number" && value > 0;
}
