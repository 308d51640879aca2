// A picture from base64, as flow.json and endpoints carry it. What is no picture is shown as a gap.

import type { CSSProperties, JSX } from "preact";

/** The first characters of base64 tell the format: no client takes any other. */
const FORMATS = [
  { start: "iVBORw0KGgo", mime: "image/png" },
  { start: "/9j/", mime: "image/jpeg" },
  { start: "UklGR", mime: "image/webp" },
];

/** `null` for what is no base64 of a PNG, JPEG or WEBP. */
export function pictureUrl(base64: string): string | null {
  const text = base64.replaceAll(/\s/g, "");
  const format = FORMATS.find(({ start }) => text.startsWith(start));
  if (format === undefined || !/^[A-Za-z0-9+/]+=*$/.test(text)) return null;
  return `data:${format.mime};base64,${text}`;
}

export function Picture({
  base64,
  alt,
  className,
  style,
}: {
  readonly base64: string;
  readonly alt: string;
  readonly className: string;
  readonly style?: CSSProperties;
}): JSX.Element {
  const url = pictureUrl(base64);
  if (url === null) {
    return (
      <span class={`${className} wa-no-picture`} role="img" aria-label={alt || "picture"}>
        {base64 === "" ? "no picture" : "not a PNG, JPEG or WEBP in base64"}
      </span>
    );
  }
  return <img class={className} src={url} alt={alt} style={style} />;
}
