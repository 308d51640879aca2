// Versions of one small flow.json.

type Parts = {
  readonly title?: string;
  /** Name of the only input. */
  readonly input?: string;
  readonly label?: string;
  /** A route to a screen that does not exist. */
  readonly isFaulty?: boolean;
  readonly hasEndpoint?: boolean;
};

export function flowText(parts: Parts = {}): string {
  const { title = "Feedback", input = "line", label = "Line" } = parts;
  const { isFaulty = false, hasEndpoint = true } = parts;
  const action = {
    name: hasEndpoint ? "data_exchange" : "complete",
    payload: { [input]: `\${form.${input}}` },
  };
  const form = {
    type: "Form",
    name: "form",
    children: [
      { type: "TextInput", name: input, label, required: true },
      { type: "Footer", label: "Send", "on-click-action": action },
    ],
  };
  const screen = {
    id: "FORM",
    title,
    terminal: true,
    layout: { type: "SingleColumnLayout", children: [form] },
  };
  const document = {
    version: "7.1",
    ...(hasEndpoint ? { data_api_version: "3.0" } : {}),
    routing_model: { FORM: isFaulty ? ["NOWHERE"] : [] },
    screens: [screen],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** A flow that every test has the key for. */
export const ENDPOINT = "https://flows.example.com/flows/feedback";
