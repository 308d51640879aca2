// Every component of Flow JSON in one table: what it is, since which version, what the user reads
// of it, which actions it can fire and what `${form.name}` of it holds.
// A new rule about a component belongs here as a new column, not in a switch elsewhere.
// Source: Meta, "Components" (Flow JSON reference).

export type ActionProperty = "on-click-action" | "on-select-action" | "on-unselect-action";

/**
 * What `${form.name}` holds. `typed` depends on the TextInput's `input-type`, `calendar` on the
 * CalendarPicker's `mode`; the others are what they say.
 */
export type FormValue =
  | "typed"
  | "text"
  | "choice"
  | "choices"
  | "consent"
  | "date"
  | "calendar"
  | "photos"
  | "documents";

export type ComponentSpec = {
  readonly role: "text" | "input" | "action" | "media" | "logic";
  /** The first Flow JSON version that knows it. */
  readonly since: string;
  /** `null`: it has no value of its own. */
  readonly value: FormValue | null;
  /** The properties a user reads, in reading order. */
  readonly texts: readonly string[];
  readonly actions: readonly ActionProperty[];
  /** The property that lists its options; each option may carry actions of its own. */
  readonly items: "data-source" | "list-items" | null;
};

const text = { role: "text", value: null, actions: [], items: null } as const;
const input = { role: "input", actions: [], items: null } as const;
const option = {
  role: "input",
  actions: ["on-select-action", "on-unselect-action"],
  items: "data-source",
} as const;
const media = {
  role: "media",
  value: null,
  texts: ["alt-text"],
  actions: [],
  items: null,
} as const;
const logic = { role: "logic", value: null, texts: [], actions: [], items: null } as const;

export const COMPONENTS = {
  TextHeading: { ...text, since: "1.0", texts: ["text"] },
  TextSubheading: { ...text, since: "1.0", texts: ["text"] },
  TextBody: { ...text, since: "1.0", texts: ["text"] },
  TextCaption: { ...text, since: "1.0", texts: ["text"] },
  RichText: { ...text, since: "5.1", texts: ["text"] },

  TextInput: { ...input, since: "1.0", value: "typed", texts: ["label", "helper-text"] },
  TextArea: { ...input, since: "1.0", value: "text", texts: ["label", "helper-text"] },
  CheckboxGroup: { ...option, since: "1.0", value: "choices", texts: ["label", "description"] },
  RadioButtonsGroup: { ...option, since: "1.0", value: "choice", texts: ["label", "description"] },
  Dropdown: { ...option, since: "1.0", value: "choice", texts: ["label"] },
  ChipsSelector: { ...option, since: "6.3", value: "choices", texts: ["label", "description"] },
  OptIn: {
    ...input,
    since: "1.0",
    value: "consent",
    texts: ["label"],
    actions: ["on-click-action", "on-select-action", "on-unselect-action"],
  },
  DatePicker: {
    ...input,
    since: "1.0",
    value: "date",
    texts: ["label", "helper-text"],
    actions: ["on-select-action"],
  },
  CalendarPicker: {
    ...input,
    since: "6.1",
    value: "calendar",
    texts: ["title", "description", "label", "helper-text"],
    actions: ["on-select-action"],
  },
  PhotoPicker: { ...input, since: "4.0", value: "photos", texts: ["label", "description"] },
  DocumentPicker: { ...input, since: "4.0", value: "documents", texts: ["label", "description"] },

  Footer: {
    role: "action",
    since: "1.0",
    value: null,
    texts: ["label", "left-caption", "center-caption", "right-caption"],
    actions: ["on-click-action"],
    items: null,
  },
  EmbeddedLink: {
    role: "action",
    since: "1.0",
    value: null,
    texts: ["text"],
    actions: ["on-click-action"],
    items: null,
  },
  NavigationList: {
    role: "action",
    since: "6.2",
    value: "choice",
    texts: ["label", "description"],
    actions: ["on-click-action"],
    items: "list-items",
  },

  Image: { ...media, since: "1.0" },
  ImageCarousel: { ...media, since: "7.1" },

  Form: { ...logic, since: "1.0" },
  If: { ...logic, since: "4.0" },
  Switch: { ...logic, since: "4.0" },
} as const satisfies Record<string, ComponentSpec>;

export type ComponentType = keyof typeof COMPONENTS;

/** The table's row, or `null` for a type Meta does not have. */
export function componentSpec(type: string): ComponentSpec | null {
  return Object.hasOwn(COMPONENTS, type) ? COMPONENTS[type as ComponentType] : null;
}
