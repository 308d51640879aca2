// Short ways to write the Flow JSON that a test needs.

export type Json = Readonly<Record<string, unknown>>;

/** A flow of these screens, version 7.3 with an endpoint unless `top` says otherwise. */
export function flowText(screens: readonly Json[], top: Json = {}): string {
  const routes = Object.fromEntries(screens.map(({ id }) => [id, []]));
  const defaults = { version: "7.3", data_api_version: "3.0", routing_model: routes };
  return JSON.stringify({ ...defaults, ...top, screens }, null, 2);
}

/** The same without an endpoint: routes follow from `navigate`. */
export function staticFlowText(screens: readonly Json[], version = "7.3"): string {
  return JSON.stringify({ version, screens }, null, 2);
}

export function screen(id: string, children: readonly Json[], more: Json = {}): Json {
  return { id, title: id, ...more, layout: { type: "SingleColumnLayout", children } };
}

export function footer(action: Json): Json {
  return { type: "Footer", label: "Continue", "on-click-action": action };
}

export function exchange(payload?: Json): Json {
  return payload === undefined ? { name: "data_exchange" } : { name: "data_exchange", payload };
}

export function navigate(next: string, payload: Json = {}): Json {
  return { name: "navigate", next: { type: "screen", name: next }, payload };
}

export function complete(payload: Json = {}): Json {
  return { name: "complete", payload };
}

export function input(type: string, name: string, more: Json = {}): Json {
  return { type, name, label: name, ...more };
}

export const options = [
  { id: "a", title: "A" },
  { id: "b", title: "B" },
];
