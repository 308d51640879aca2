// JSON to read: indented, coloured by kind, copied with one press. A value is text here, whatever it
// holds.

import type { JSX } from "preact";
import { isJsonArray, isJsonObject, type JsonValue } from "../../../flow-json/json-value.ts";
import { copyText } from "../copy-text.ts";
import { usePlayer } from "../player-context.ts";

export function JsonView({
  value,
  label,
}: {
  readonly value: JsonValue;
  readonly label: string;
}): JSX.Element {
  const player = usePlayer();
  return (
    <figure class="json">
      <figcaption>
        {label}
        <button
          type="button"
          class="text-button"
          aria-label={`Copy ${label}`}
          onClick={() =>
            void copyText(JSON.stringify(value, null, 2)).then((isDone) =>
              player.tell(isDone ? `Copied: ${label}` : "The browser did not let the page copy"),
            )
          }
        >
          Copy
        </button>
      </figcaption>
      <pre tabIndex={0} aria-label={label}>
        <Value value={value} indent="" />
      </pre>
    </figure>
  );
}

/** A picture in base64 is of no use to a reader. */
const LONGEST_TEXT = 2_000;

function Value({
  value,
  indent,
}: {
  readonly value: JsonValue;
  readonly indent: string;
}): JSX.Element {
  const inner = `${indent}  `;
  if (isJsonArray(value)) {
    if (value.length === 0) return <>[]</>;
    return (
      <>
        {"["}
        {value.map((item, index) => (
          <span key={index}>
            {`${index === 0 ? "" : ","}\n${inner}`}
            <Value value={item} indent={inner} />
          </span>
        ))}
        {`\n${indent}]`}
      </>
    );
  }
  if (isJsonObject(value)) {
    const entries = Object.entries(value);
    if (entries.length === 0) return <>{"{}"}</>;
    return (
      <>
        {"{"}
        {entries.map(([name, item], index) => (
          <span key={name}>
            {`${index === 0 ? "" : ","}\n${inner}`}
            <span class="json-key">{JSON.stringify(name)}</span>
            {": "}
            <Value value={item} indent={inner} />
          </span>
        ))}
        {`\n${indent}}`}
      </>
    );
  }
  if (typeof value !== "string") return <span class="json-literal">{String(value)}</span>;
  const text =
    value.length > LONGEST_TEXT ? `${value.slice(0, 80)}… (${value.length} characters)` : value;
  return <span class="json-string">{JSON.stringify(text)}</span>;
}
