// Which actions each place allows, and the properties of an action.
// Source: Meta, "Flow JSON" (actions), and observed in Meta's web client, August 2026.

import { type ActionSpec, objectOf, type PropertyTable } from "./value-spec.ts";

const FIRST = "1.0";

export const FOOTER_CLICK = click({ navigate: FIRST, data_exchange: FIRST, complete: FIRST });
export const LINK_CLICK = click({ navigate: FIRST, data_exchange: FIRST, open_url: "6.0" });
export const LIST_CLICK = click({ navigate: FIRST, data_exchange: FIRST });
export const OPTION_SELECT = select({ data_exchange: FIRST, update_data: "6.0" });
export const DATE_SELECT = select({ data_exchange: FIRST });
export const UPDATE_DATA = select({ update_data: "6.0" });

const PAYLOAD = { kind: "map", keys: null, values: { kind: "anything" }, dynamic: false } as const;

export const CLICK_PROPERTIES: PropertyTable = {
  name: { value: { kind: "plain" }, required: true },
  next: {
    value: objectOf({
      type: { value: { kind: "const", values: () => ["screen"] }, required: true },
      name: { value: { kind: "name", sample: "SCREEN" }, required: true },
    }),
  },
  payload: { value: PAYLOAD },
  url: { value: { kind: "plain" }, since: "6.0" },
};

export const SELECT_PROPERTIES: PropertyTable = {
  name: { value: { kind: "plain" }, required: true },
  payload: { value: PAYLOAD, required: true },
};

/** What an action needs and must not have besides its name. */
export const ACTION_NEEDS: Readonly<
  Record<string, { readonly needs: readonly string[]; readonly forbids: readonly string[] }>
> = {
  navigate: { needs: ["next"], forbids: [] },
  data_exchange: { needs: [], forbids: ["next"] },
  complete: { needs: ["payload"], forbids: ["next"] },
  open_url: { needs: ["url"], forbids: ["next", "payload"] },
};

function click(names: ActionSpec["names"]) {
  return { kind: "action", action: { trigger: "click", names } } as const;
}

function select(names: ActionSpec["names"]) {
  return { kind: "action", action: { trigger: "select", names } } as const;
}
