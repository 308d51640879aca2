// NavigationList: rows that lead somewhere.

import type { JSX } from "preact";
import { asText } from "../../../flow-json/evaluate.ts";
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../../flow-json/json-value.ts";
import type { OfferedOption } from "../../../phone/offered-options.ts";
import type { ViewComponent } from "../../../phone/view.ts";
import { usePlayer } from "../player-context.ts";
import { Picture } from "./picture.tsx";

export function NavigationList({ component }: { readonly component: ViewComponent }): JSX.Element {
  const player = usePlayer();
  const { name, options, properties } = component;
  const label = asText(properties["label"]);
  const description = asText(properties["description"]);
  const isLarge = properties["media-size"] === "large";
  return (
    <nav class="wa-nav" aria-label={label || "List"}>
      {label !== "" && (
        <h4 class="wa-subheading" dir="auto">
          {label}
        </h4>
      )}
      {description !== "" && (
        <p class="wa-caption" dir="auto">
          {description}
        </p>
      )}
      <ul>
        {(options ?? []).map((item, index) => (
          <li key={`${item.id} ${index}`}>
            <button
              type="button"
              class="wa-nav-item"
              disabled={!item.enabled}
              onClick={() => {
                if (name !== null) player.press({ kind: "item", list: name, id: item.id });
              }}
            >
              <Item item={item} isLarge={isLarge} />
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Item({
  item,
  isLarge,
}: {
  readonly item: OfferedOption;
  readonly isLarge: boolean;
}): JSX.Element {
  const main = part(item.properties["main-content"]);
  const start = part(item.properties["start"]);
  const end = part(item.properties["end"]);
  const { badge, tags } = item.properties;
  return (
    <>
      {typeof start["image"] === "string" && (
        <Picture
          base64={start["image"]}
          alt={asText(start["alt-text"])}
          className={isLarge ? "wa-option-picture is-large" : "wa-option-picture"}
        />
      )}
      <span class="wa-option-texts">
        <span class="wa-option-title" dir="auto">
          {item.title} {typeof badge === "string" && <span class="wa-badge">{badge}</span>}
        </span>
        <Texts of={main} names={["description", "metadata"]} />
        {isJsonArray(tags) && (
          <span class="wa-tags">
            {tags.map((tag, index) => (
              <span key={index} class="wa-tag">
                {asText(tag)}
              </span>
            ))}
          </span>
        )}
      </span>
      <span class="wa-nav-end">
        <Texts of={end} names={["title", "description", "metadata"]} />
      </span>
      <span class="wa-chevron is-forward" aria-hidden="true" />
    </>
  );
}

function Texts({
  of,
  names,
}: {
  readonly of: JsonObject;
  readonly names: readonly string[];
}): JSX.Element {
  return (
    <>
      {names
        .map((name) => asText(of[name]))
        .filter((text) => text !== "")
        .map((text, index) => (
          <span key={index} class="wa-option-description" dir="auto">
            {text}
          </span>
        ))}
    </>
  );
}

function part(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
