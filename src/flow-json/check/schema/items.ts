// The entries of lists inside components: options, list items, carousel images.
// Source: Meta, "Components" (Flow JSON reference), and observed in Meta's web client, August 2026.

import { LIST_CLICK, UPDATE_DATA } from "./actions.ts";
import { BOOLEAN, LABEL, objectOf, TEXT } from "./value-spec.ts";

const OPTION = {
  id: { value: LABEL, required: true },
  title: { value: LABEL, required: true },
  enabled: { value: BOOLEAN },
  "on-select-action": { value: UPDATE_DATA, since: "6.0" },
  "on-unselect-action": { value: UPDATE_DATA, since: "6.0" },
} as const;

/** ChipsSelector's options hold nothing more. */
export const CHIPS = dataSource(OPTION);

export const OPTIONS = dataSource({
  ...OPTION,
  description: { value: TEXT },
  metadata: { value: TEXT },
  image: { value: TEXT },
  color: { value: { kind: "plain", pattern: "colour" } },
  "alt-text": { value: TEXT },
});

export const LIST_ITEMS = dataSource({
  id: { value: LABEL, required: true },
  "main-content": {
    value: objectOf({
      title: { value: TEXT, required: true },
      description: { value: TEXT },
      metadata: { value: TEXT },
    }),
    required: true,
  },
  start: {
    value: objectOf({ image: { value: TEXT, required: true }, "alt-text": { value: TEXT } }),
  },
  end: {
    value: objectOf({
      title: { value: TEXT },
      description: { value: TEXT },
      metadata: { value: TEXT },
    }),
  },
  badge: { value: TEXT },
  tags: { value: { kind: "list", items: TEXT, dynamic: "no", maxItems: 3 } },
  enabled: { value: BOOLEAN },
  "on-click-action": { value: LIST_CLICK },
});

export const CAROUSEL_IMAGES = {
  kind: "list",
  items: objectOf({
    src: { value: TEXT, required: true },
    "alt-text": { value: TEXT, required: true },
  }),
  dynamic: "either",
} as const;

function dataSource(properties: Parameters<typeof objectOf>[0]) {
  return { kind: "list", items: objectOf(properties), dynamic: "yes", minItems: 1 } as const;
}
